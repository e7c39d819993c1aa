"""Order of presentation: the two sequences in fixed, alternating and random order, with three habits of resetting."""
