"""How far a gradient of one row reaches: lags of 3 to 30 steps, and what moves the limit."""
