"""A telephony engine in memory, in virtual time: the same protocol and contract as Asterisk."""
