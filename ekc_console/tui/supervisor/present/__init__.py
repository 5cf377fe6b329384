"""Rows and texts, pure functions of what is watched and of the moment."""
