"""What happens at the telephony engine: its events made facts, the core's effects carried out.
A step that fails here costs its own call at most.
"""
