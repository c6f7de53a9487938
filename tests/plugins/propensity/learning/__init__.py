"""Tests of the models of who buys."""
