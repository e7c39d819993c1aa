"""What is measured of trained networks, and how sure it is."""
