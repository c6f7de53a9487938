"""The statistics of surveys as plain functions on arrays: NumPy and SciPy, nothing of ours."""
