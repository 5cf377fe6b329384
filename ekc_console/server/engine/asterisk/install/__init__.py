"""The Asterisk program: found, brought without root, checked. Runs no call."""
