"""Lifetime value: who still buys, how often they will, and what that is worth, by the BG/NBD and gamma-gamma models."""
