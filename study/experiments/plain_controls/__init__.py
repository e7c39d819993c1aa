"""Plain controls: chance, an n-gram table, the MLP that is given the window, and an alphabet without ambiguous rows."""
