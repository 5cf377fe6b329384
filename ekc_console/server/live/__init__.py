"""What the screens see: the router's state as views, and its changes as numbered deltas.
Reads the core; changes nothing in it.
"""
