"""Cards at the console: the script in hand, earlier cards, drafts that survive a killed console."""
