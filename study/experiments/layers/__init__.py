"""Layers and widths: LSTM, GRU and simple RNN of 5 to 128 units in the tutorial's layout."""
