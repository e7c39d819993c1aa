"""Training on streams of fresh sequences: batches out of drawn sequences, and a loop that knows no epochs."""
