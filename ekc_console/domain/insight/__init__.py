"""Reads the core and tells what it sees: figures, candidates of a decision, diagrams.
Never decides and never changes anything.
"""
