"""What of your own code? `study why`, lanes from tables, and the explorer."""
