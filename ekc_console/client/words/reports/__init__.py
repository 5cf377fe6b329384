"""Words of reports: periods as people write them, and what each figure is called and counted by.

Nothing here counts; the figures are ``domain.insight.tally``.
"""
