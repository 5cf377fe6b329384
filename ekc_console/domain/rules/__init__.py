"""What follows from a fact, one module a subject. Every rule checks first and changes afterwards;
no rule keeps anything of its own: what the centre knows is in ``domain.state``.
"""
