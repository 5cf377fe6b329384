"""What happens on an Asterisk: legs, dialling, prompts, recorders, trunks."""
