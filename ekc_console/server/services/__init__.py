"""Services of the routing server beside the calls: speech, prompts, music, recordings."""
