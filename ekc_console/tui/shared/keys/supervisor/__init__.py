"""What may be done with a key on the supervisor's screens. Only said here, nothing is done."""
