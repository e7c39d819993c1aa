"""Whether the first symbol is kept because it is useful on the way, or without."""
