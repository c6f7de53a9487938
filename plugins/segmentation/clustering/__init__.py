"""Groups of customers who are alike by numbers: how they are found, how good they are, and what they are called."""
