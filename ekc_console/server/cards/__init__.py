"""Cards of contacts at the server: drafts, saved cards, who may see and change them."""
