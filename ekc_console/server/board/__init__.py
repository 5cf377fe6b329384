"""Wall boards: the page for a television and the stream of figures behind it. What they show is
taken from the watched centre; nothing is counted here, and nobody is named.
"""
