"""Data coming in: imports, and with later parts cleaning, duplicates and export."""
