"""Tests of RFM."""
