"""Pure core of the contact centre: facts in, effects out, time is an argument.

Nothing here performs I/O, reads a clock or draws a random number, so the same
code runs live, in tests and in the replay of a journal.
"""
