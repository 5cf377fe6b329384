"""What several subcommands share: options, moments, the way to a running server.
No command of its own.
"""
