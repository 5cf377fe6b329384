"""What supervisors are told of the centre and do about it."""
