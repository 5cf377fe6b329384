"""Sums of calls over any stretch of time, read from the read models.

What a figure means stands in ``domain.insight.tally``; here is only how its sums are found.
Nothing here writes.
"""
