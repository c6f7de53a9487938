"""The relationship map: who is on it, where they stand, its picture, and its files."""
