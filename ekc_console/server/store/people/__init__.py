"""Accounts of those who work here, their passwords, sessions and messages."""
