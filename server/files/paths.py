"""How files that are handed out may be called."""

import re

STEM = re.compile(r"[A-Za-z0-9_-]{1,64}")
INQUIRIES = "inquiries"  # the folder of what inquiries left, for a while
KEPT = ("gexf", "graphml")  # what an inquiry may write, beside pictures
# Relative to the folder of files; there are no others.
PATH = re.compile(rf"runs/[0-9]{{1,19}}/{STEM.pattern}\.(svg|png|csv|json|arrow)|{INQUIRIES}/[0-9a-f]{{64}}\.(svg|png|gexf|graphml)")
