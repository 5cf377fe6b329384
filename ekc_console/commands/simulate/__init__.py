"""``ekc simulate``: a day lived in virtual time. Reads journals, writes none."""
