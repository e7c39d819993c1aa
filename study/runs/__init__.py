"""From a plan to stored results: what is missing is computed, and kept."""
