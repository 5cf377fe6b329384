"""Who may come in and who is at work; words between supervisors and operators."""
