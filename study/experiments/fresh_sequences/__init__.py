"""Fresh sequences: every sequence is drawn fresh, and a seed is done when it has learnt them."""
