"""Does it happen? How often training reaches what the ceiling allows, for a handful of settings."""
