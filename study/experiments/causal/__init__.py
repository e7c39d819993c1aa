"""Why batch size 4 does not converge, by experiment: one thing is varied at a time, and all else held."""
