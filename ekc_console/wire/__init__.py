"""Versioned messages between server and clients: types, codec. Not the core's own types."""
