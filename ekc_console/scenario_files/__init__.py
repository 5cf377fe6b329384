"""Scenario files: YAML in a folder, with the line of every fault, and their JSON Schema."""

from ekc_console.scenario_files.knowledge import (
    CheckedKnowledge,
    check_knowledge,
)
from ekc_console.scenario_files.loader import GUIDE, Checked, check_folder, load_folder
from ekc_console.scenario_files.schema import schema_text

__all__ = [
    "GUIDE",
    "Checked",
    "CheckedKnowledge",
    "check_folder",
    "check_knowledge",
    "load_folder",
    "schema_text",
]
