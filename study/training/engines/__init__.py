"""What trains a block of seeds: the default engine, and faster ones for some shapes."""
