"""Short computations that a query waits for: a path, the layout of a map, a picture."""
