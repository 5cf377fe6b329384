"""The operator's screens: the desk, search, earlier cards, knowledge, sound, messages."""
