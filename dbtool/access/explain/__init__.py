"""Why one caller may do one thing or may not."""
