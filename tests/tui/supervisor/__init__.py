"""The supervisor's console under Pilot."""
