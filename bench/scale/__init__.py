"""Benchmarks of large data, whose size is an argument."""
