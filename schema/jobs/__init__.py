"""Jobs: work that takes longer than a request, what came of it, and the rows it refused."""
