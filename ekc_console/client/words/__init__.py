"""What the server says, in the language in use: texts by key, and how values are written."""
