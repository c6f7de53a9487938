"""Potential partners: customers who are not tied to each other, and whom those around them suggest bringing together."""
