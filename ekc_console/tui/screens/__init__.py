"""The screens: login, the operator's desk, search, help, message log, confirmation."""
