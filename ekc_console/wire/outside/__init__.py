"""What those are sent who have no console: nobody logs in there, and nothing comes back."""
