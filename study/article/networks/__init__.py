"""Trained networks that run in the page: one of each way to feed the rows, with its state and its answers."""
