"""Related work, limits, conclusion, how to cite, references."""
