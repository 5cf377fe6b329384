"""The machine and what is done to it, in words: its parts, their states and what to do."""
