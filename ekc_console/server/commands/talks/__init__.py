"""What is asked beside the talk that another one has."""
