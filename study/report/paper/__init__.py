"""What the paper has and the page has not: its running head and its contents."""
