"""Potential partners: scores against networkx, the test of a method against scikit-learn, and runs from end to end."""
