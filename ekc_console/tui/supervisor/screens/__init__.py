"""Whole screens: the centre now, a queue, a person, a call."""
