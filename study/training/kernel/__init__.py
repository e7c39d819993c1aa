"""The default learner: 16 seeds to a vector, compiled once for all shapes, with the same bits on every processor."""
