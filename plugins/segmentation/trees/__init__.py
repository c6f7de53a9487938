"""Decision trees: which features tell the classes of customers apart, in rules that people read."""
