"""Subcommands of ``ekc``, one module each."""
