"""Painting that knows no role: words, colours, cells, widgets."""
