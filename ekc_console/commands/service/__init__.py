"""What surrounds a server at an organisation: its monitoring, its service manager, other people's
programs. Nothing here speaks to a server that runs, but for the level of its log.
"""
