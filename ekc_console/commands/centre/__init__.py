"""Subcommands that steer a running centre: queues, calls, operators, words to the staff.
They speak to the server as a person with a role, never to its files.
"""
