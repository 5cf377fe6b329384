"""Screens: the list, one account, codes, a table to be put in."""
