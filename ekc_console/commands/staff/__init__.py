"""Subcommands of ``ekc staff``: calls foreseen, people needed, and the roster. What is worked out
here is told, never reckoned: that is ``ekc_console.staffing``.
"""
