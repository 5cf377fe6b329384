"""The console without a screen: login, live connection, state, standing leg, card. No Textual."""
