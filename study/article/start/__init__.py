"""The first screen, the same in page, paper and README: why batch size 4 fails, what to type, and what that does."""
