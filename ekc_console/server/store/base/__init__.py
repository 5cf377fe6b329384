"""The store's foundation: files, one writer thread, readers, tables and their migrations.
Knows no subject.
"""
