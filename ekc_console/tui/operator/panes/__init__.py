"""The parts of the operator's screen. Each paints itself from the desk and owns its keys."""
