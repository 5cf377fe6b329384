"""Widgets of the console: each shows what it is given and asks through messages."""
