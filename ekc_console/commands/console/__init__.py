"""Subcommands at the operator's place: the console, its keys, its status, its check.
None of them needs the server's files.
"""
