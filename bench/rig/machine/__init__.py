"""The machine: its facts, addresses, processes and packets, and how figures are printed."""
