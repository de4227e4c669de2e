"""Sphinx: `python -m sphinx -W docs docs/_build`."""

project = "Gradus"
copyright = "2026, the Gradus maintainers"
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
myst_heading_anchors = 3
