"""The readers' questions that need a measurement."""
