"""What the operator can do with a key: the registry, when it can be done, what is done."""
