"""The routing server: composition, effects, scenario runner, API, supervision of the engine."""
