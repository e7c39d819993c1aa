"""What causes it? Excuses, false cures and cures of batch size 4, each put to the test."""
