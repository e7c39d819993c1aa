"""Training many seeds of one small recurrent network at once, each seed exactly as if it were alone."""
