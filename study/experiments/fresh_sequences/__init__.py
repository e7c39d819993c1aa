"""Fresh sequences: every sequence is drawn anew, and a seed is done when it has learnt them."""
