"""Benchmarks that anyone can run: each module measures one thing of ours beside its peers, in one run on one machine."""
