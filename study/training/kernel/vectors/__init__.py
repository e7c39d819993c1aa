"""The vector type of the kernel, and the arithmetic that is made of it."""
