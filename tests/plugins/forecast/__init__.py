"""Tests of the value plugin."""
