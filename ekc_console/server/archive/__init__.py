"""Recordings on the disk: room for them, and how long they are kept.
Never costs a call.
"""
