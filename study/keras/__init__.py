"""Checked against real Keras: traces replayed, rates counted, and the tutorial ported line by line."""
