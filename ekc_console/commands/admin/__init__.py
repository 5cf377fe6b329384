"""Subcommands of the administrator on the server's machine: server, engine, settings,
accounts, store.
"""
