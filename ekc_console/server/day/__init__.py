"""What was: read from the store for who looks back, off the event loop, never the whole journal.
Decides nothing and changes nothing.
"""
