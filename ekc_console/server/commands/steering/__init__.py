"""Orders of supervisors that change what others work on."""
