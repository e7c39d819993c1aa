"""The main grid: every model, layout and batch size on the tutorial's task, at the tutorial's budget and beyond."""
