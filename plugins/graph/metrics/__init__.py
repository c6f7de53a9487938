"""Measures of a network of customers: one file for each algorithm, and the analysis that puts them together."""
