"""Short computations that a query waits for: who may ask, who waits for whom, and the one process that answers."""
