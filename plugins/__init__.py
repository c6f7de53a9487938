"""The contract of the plugins (hookspecs, manager), and those that ship with Guanxi, a folder each."""
