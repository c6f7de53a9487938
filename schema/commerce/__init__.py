"""Commerce: products, what customers bought and returned, what they looked at, and what they said of it."""
