"""Our settings made Asterisk's configuration files. Pure: settings in, texts out."""
