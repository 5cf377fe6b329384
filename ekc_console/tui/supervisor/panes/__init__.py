"""Parts of the screen of the centre, a table each."""
