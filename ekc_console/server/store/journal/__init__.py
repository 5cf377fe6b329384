"""The journal of facts and the read models folded from it."""
