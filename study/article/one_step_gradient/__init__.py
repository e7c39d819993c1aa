"""When is the gradient of one row enough? A race between reading the trace of the first symbol and erasing it."""
