"""Search in what operators look up: signs of an emergency, answers, clinics, steps of scripts."""

from ekc_console.server.knowledge.entries import Entry, entries
from ekc_console.server.knowledge.index import Index
from ekc_console.server.knowledge.service import KnowledgeBase

__all__ = ["Entry", "Index", "KnowledgeBase", "entries"]
