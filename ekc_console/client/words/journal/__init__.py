"""The journal in words: facts, and why a call went where it went."""
