"""Widgets of the operator's panes and screens that say what an operator needs to be told."""
