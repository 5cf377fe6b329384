"""The supervisor's console: the centre as it stands, and what is done about it.
Loaded only by who leads; knows no operator's pane.
"""
