"""What real Keras does beside what the study does: counts of seeds, and whether they agree."""
