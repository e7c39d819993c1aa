"""Tuning: how few units and how short a training solve the task, with and without a gradient to the first symbol."""
