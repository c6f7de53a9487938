"""How a series is continued: plain functions on arrays, one file for each family of methods."""
