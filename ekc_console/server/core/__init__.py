"""The one owner of the router and what it lives by: journal first, effects after, the clock.
Nothing here knows a telephone or a screen.
"""
