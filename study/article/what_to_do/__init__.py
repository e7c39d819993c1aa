"""What to do: whole sequences as rows, one sequence per lane, and the lines that make it reliable."""
