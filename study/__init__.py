"""A study of two conflicting sequences, and a tool that tells what a stateful network can know of its past."""
