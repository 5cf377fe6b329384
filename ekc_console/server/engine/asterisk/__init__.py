"""Asterisk as the telephony engine: brought, configured, run as a child and driven over ARI."""
