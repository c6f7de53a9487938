"""`python -m bench.scale [NAME ...]`: how the product grows, each benchmark in a process of its own. All of them take hours."""

import sys

from bench.__main__ import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], "bench.scale"))
