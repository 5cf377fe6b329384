"""The voice menu: a scenario executed by keys on a call, and where a caller goes when it breaks.

Whatever breaks here, the caller comes to people.
"""
