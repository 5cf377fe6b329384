"""The softphone: PJSIP in a process of its own behind a typed protocol.

Other packages use :mod:`sip.link.protocol` (messages) and :mod:`sip.link.client` (asyncio); the
rest runs inside the softphone process. This package never imports ``ekc_console``.
"""
