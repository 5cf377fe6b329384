"""Who calls and who answers, and what became of each call."""
