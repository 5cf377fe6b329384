"""What can be done with a key, when, and with which key.
Does nothing itself: a role's actions do.
"""
