"""Task 2c of Hochreiter and Schmidhuber (1997): Table 3 beside ours, over up to a thousand distractors."""
