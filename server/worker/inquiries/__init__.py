"""Answering inquiries: one process that keeps plugins and the last snapshots from one question to the next."""
