"""Words that all of the core uses: ids, settings, hours, numbers, transition tables.
Knows nothing else of the core.
"""
