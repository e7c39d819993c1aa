"""What is possible before any training, counted exactly."""
