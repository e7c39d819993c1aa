"""Erasure against readout: what training leaves of the first symbol, and how strongly the outputs come to read it."""
