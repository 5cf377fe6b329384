"""What the benchmarks share: a server of their own, light consoles, sipp, app_queue as the peer."""
