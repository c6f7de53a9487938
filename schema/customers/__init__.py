"""Customers: persons and organisations, how to reach them, and how they are found."""
