"""Alphabets of 5 to 1,000 symbols: whether a bigger vocabulary still works, what it costs, and what breaks first."""
