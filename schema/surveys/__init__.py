"""Surveys: what was asked, who answered, and what they said."""
