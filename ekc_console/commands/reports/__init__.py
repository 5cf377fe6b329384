"""``ekc report``: figures of the calls, on the terminal and as files.

Formulas stand in ``domain.insight.tally``, sums are found by ``server.store.figures``; here is
what is asked for and how it is shown.
"""
