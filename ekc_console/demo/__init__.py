"""The demonstration: a server of its own, callers over real SIP, an operator's console."""
