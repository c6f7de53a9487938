"""Conflict in a network: triangles in balance or not, who is near to conflicts, groups at odds, and who is in conflict with whom."""
