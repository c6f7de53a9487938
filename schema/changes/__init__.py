"""Changes: the one function that every write goes through, and what it leaves behind."""
