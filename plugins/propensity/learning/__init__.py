"""Models of who buys: each learns from a matrix, gives probabilities, and is kept as JSON and arrays."""
