"""Tests of the plugin propensity."""
