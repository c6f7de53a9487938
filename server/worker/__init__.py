"""The process that computes one analysis run: reads a snapshot, calls the analysis, writes what it found, draws its charts.

It loads the heavy libraries that the server process never does, and speaks with the server in JSON lines: see `task.py`.
"""
