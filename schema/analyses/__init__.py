"""Analysis runs: what an analysis is, the runs of it, the scores they give, and which of them is published."""
