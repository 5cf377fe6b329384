"""Simulated people of the demonstration: callers, the called, operators; what they say and hear."""
