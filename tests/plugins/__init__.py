"""Plugins, tried as anybody's plugins are: through the public module."""
