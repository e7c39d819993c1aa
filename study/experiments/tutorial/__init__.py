"""The tutorial's own configuration, trained far beyond its budget: how reliable it is, and what more training does."""
