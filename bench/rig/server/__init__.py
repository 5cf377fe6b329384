"""What is measured: our server, its engine, a data folder; app_queue as its peer."""
