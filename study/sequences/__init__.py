"""What is predicted, and how it reaches a network: tasks, rows, batches and lanes."""
