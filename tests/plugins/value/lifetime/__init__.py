"""Tests of lifetime values."""
