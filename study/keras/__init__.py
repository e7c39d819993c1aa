"""Checked against real Keras: traces replayed, and the tutorial ported line by line."""
