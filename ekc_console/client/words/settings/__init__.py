"""Of settings and what their change would do, in words."""
