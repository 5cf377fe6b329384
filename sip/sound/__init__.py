"""Sound: frames, devices, mixing, measuring. Knows no SIP."""
