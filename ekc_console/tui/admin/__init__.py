"""The administrator's console: accounts and the audit trail. No shift begins here, and what is
done here is done by the server, under its rights.
"""
