"""The audit trail: entries sealed one upon the other, heads kept beside them, the check of both.

Entries are added and never changed; nobody's name or number is among them."""
