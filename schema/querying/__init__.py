"""Querying: fields are declared once on Strawberry types; an operation becomes a tree of levels, each one SQL statement."""
