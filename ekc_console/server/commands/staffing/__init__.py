"""Commands about who works when: the roster, and what it is held against."""
