"""What an administrator asks for and is told: accounts, the audit trail."""
