"""The administrator's console under Pilot."""
