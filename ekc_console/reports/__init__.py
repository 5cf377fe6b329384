"""A report as people get it: its words, its table, the files it is written to. The server's export,
the console and the command line have it from here; nothing here counts or reads the store.
"""
