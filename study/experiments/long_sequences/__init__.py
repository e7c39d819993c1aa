"""Long sequences: which recipe still holds the first symbol when the lag grows from 3 to 100 steps and beyond."""
