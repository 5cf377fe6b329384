"""Subcommands that read what was: the day's report, why a call went where
it went, a journal replayed. They change nothing.
"""
