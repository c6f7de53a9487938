"""The rules plugin: its algorithms against other sources, its fields and runs end to end."""
