"""The link to the server: login, live connection, and what it shows. Knows no voice and no card."""
