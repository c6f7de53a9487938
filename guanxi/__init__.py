"""The public face of Guanxi: what a plugin may import, and nothing else."""
