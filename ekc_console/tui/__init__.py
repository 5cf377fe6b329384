"""The operator's console in Textual. Knows the client, never the server."""
