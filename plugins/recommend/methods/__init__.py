"""One file for each way to recommend: a function from what is known to a pathway."""
