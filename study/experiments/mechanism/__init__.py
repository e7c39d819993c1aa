"""The mechanism: which weights each layout trains, and what becomes of the first symbol in the state."""
