"""What an administrator asks for: accounts, and the audit trail."""
