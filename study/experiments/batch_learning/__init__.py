"""A weight update after every row, every sequence and every epoch, the state carried rightly in each."""
