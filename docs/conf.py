"""How `make docs` builds these pages to HTML: with Sphinx and MyST, and every warning is an error."""

import re
from typing import Any

project = "Guanxi"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
html_theme = "alabaster"
html_title = "Guanxi"
html_theme_options = {"page_width": "1100px", "sidebar_width": "240px", "show_powered_by": False}
html_show_sourcelink = False
myst_heading_anchors = 4  # links to headings are those of any Markdown viewer
nitpicky = True
suppress_warnings = ["misc.highlighting_failure"]  # Pygments takes 15.44 for no number of GraphQL; tests run the queries


def leave_repository(_: Any, __: str, source: list[str]) -> None:
    """Links to files beside docs/ lead somewhere in the repository only: here they are names of files."""
    source[0] = re.sub(r"\[([^\]]+)\]\((?:\.\./)+(?!pictures/|\w[\w-]*\.md|graph/|plugins/[\w-]+\.md)[^)]+\)", r"\1", source[0])


def setup(app: Any) -> None:
    app.connect("source-read", leave_repository)
