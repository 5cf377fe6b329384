"""Contact centre for a region's health line."""

__version__ = "0.1.0"
