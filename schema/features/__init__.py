"""Features of customers: the columns that analyses of other plugins may compute with, and where each comes from."""
