"""What grows with the machines: benchmarks that start a cluster of their own."""
