"""A report in words, as a table and as a plot. Asks nothing and counts nothing."""
