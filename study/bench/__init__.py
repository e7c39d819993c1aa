"""How long training takes: the engine, other frameworks and the floor, side by side."""
