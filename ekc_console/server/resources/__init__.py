"""Reading by resources, ``GET /api/v1/…``: each is a command that reads, under an address of its
own. Rights, masking and traces are those of the command; nothing is changed here.
"""
