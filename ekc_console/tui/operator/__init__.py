"""The operator's console: its screens, panes, actions, and what they say."""
