"""Tasks of the server: beside their callers, in order per key, watched. Knows nothing of calls."""
