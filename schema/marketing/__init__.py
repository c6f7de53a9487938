"""Segments: named groups of customers, put together by hand or by an analysis, with dates of who came and went."""
