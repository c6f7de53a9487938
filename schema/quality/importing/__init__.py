"""Imports of delimited text: bytes -> records -> typed values -> rows of the database, whole or not at all.

`run.run_import` is the way in. Each file is one step of the way; `fields.py` lists what may be imported.
"""
