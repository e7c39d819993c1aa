"""Can it see? What each lane has seen, the proposition that follows, and the exact ceilings."""
