"""Beside a talk: who listens to it, is heard in it and takes it over.

Nothing here moves a caller or an operator."""
