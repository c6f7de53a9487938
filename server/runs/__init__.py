"""Analysis runs: taken from the queue, computed by a process of their own, and always brought to an end. Nothing here computes."""
