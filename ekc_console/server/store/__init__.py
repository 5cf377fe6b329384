"""The store: journal of facts, read models folded from it, cards, people. SQLite in WAL mode."""
