"""Commands of who looks back at the day: checked, read, told. They change nothing."""
