"""How every part of the machine is, since when, and how long the disk will do. What is told here
is gathered from those who watch it; nothing is measured twice.
"""
