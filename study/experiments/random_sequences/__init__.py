"""Random sequences that end as they began, to tell the rule from the examples."""
