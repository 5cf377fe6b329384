"""The centre as supervisors watch it: read from the core, sent to all of them as the same bytes.
Decides nothing and counts nothing that can be read from the core instead.
"""
