"""Optimisers: the tutorial's layout trained by plain gradient descent beside Adam, with nothing else changed."""
