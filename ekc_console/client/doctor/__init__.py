"""Checks of a workplace: terminal, keyring, sound, server, voice, a module each. Each says what it
found and what to do.

Only the checks of the server and of the voice need a server, and only those of the voice a login.
"""
