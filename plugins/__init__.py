"""The contract of the analyses, and those that ship with Guanxi, a folder each."""
