"""What the panes say: pure functions from the client's state to texts and rows."""
