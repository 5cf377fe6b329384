"""Tables that fill the administrator's screen."""
