"""Published numbers beside ours: readings of a paper, their trials, verdicts, tables and drawing."""
