"""The ways to an Asterisk: the child process, REST and events (ARI),
the manager interface (AMI).
"""
