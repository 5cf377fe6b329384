"""How many people a coming half-hour needs: calls foreseen from those that came, people from calls,
and the roster held against both. Pure: reads no clock, no store and no settings; days are told by
who knows the centre's calendar.
"""
