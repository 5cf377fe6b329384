"""Measurements for Prometheus: read from what the server holds in memory whenever they are asked
for. Nothing here scans history, and no label is a person, a number or a call.
"""
