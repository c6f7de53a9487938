"""When a customer will buy next, and of which category."""
