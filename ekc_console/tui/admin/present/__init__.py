"""Accounts and entries in words."""
