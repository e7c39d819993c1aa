"""The networks of Experiment 2 of 1997, learning on line: one trial after the other, sequence by sequence."""
