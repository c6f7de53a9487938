"""Relationships between customers, their kinds, and how they are derived from what customers did."""
