"""What is timed in a process of its own, since the engine's settings would slow it or its own would change the engine.

These files need NumPy and what they time; they are handed their data, and may run in an environment of their own.
"""
