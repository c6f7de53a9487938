"""Tests of next purchases."""
