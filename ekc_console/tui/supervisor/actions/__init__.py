"""What the keys of the supervisor do. Nothing here waits."""
