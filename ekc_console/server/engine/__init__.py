"""Telephony engine: one protocol, Asterisk and a simulated engine behind it."""
