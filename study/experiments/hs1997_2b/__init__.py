"""Task 2b of Hochreiter and Schmidhuber (1997): the same with a random middle, so without regularities on the way."""
