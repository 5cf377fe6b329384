"""The wall board in a terminal: large figures of one queue after the other. No key but the one that
ends it.
"""
