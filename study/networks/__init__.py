"""Trained networks that are kept whole, so that a page can run them: which, how they are made, how they are kept."""
