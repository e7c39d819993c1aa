"""Our trials beside published ones: curves of success that a budget cuts short, and verdicts by a declared rule."""
