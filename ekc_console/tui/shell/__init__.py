"""What every role's console has: the app, its frame, login, help, settings, messages, terminal.
Knows no role's panes.
"""
