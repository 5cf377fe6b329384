"""What was learned and done for people: cards, contacts, persons, visits. Personal data."""
