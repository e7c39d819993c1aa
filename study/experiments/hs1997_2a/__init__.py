"""Task 2a of Hochreiter and Schmidhuber (1997): Table 2 beside ours, under every reading of the paper."""
