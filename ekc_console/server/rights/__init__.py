"""Whose things a person's rights reach: by the account's queues or clinics and the teams the
person leads.

What a role may do stands in :mod:`ekc_console.domain.terms.rights`; nothing is carried out here.
"""
