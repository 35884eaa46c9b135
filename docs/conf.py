"""Sphinx configuration: the pages of this folder, and the API reference from the docstrings."""

from importlib.metadata import version as installed

project = "Unbead"
author = "The Unbead developers"
release = installed("unbead")
extensions = ["sphinx.ext.autodoc", "sphinx.ext.autosummary", "numpydoc", "myst_parser"]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
templates_path = ["_templates"]
exclude_patterns = ["_build"]
autosummary_generate = True
autosummary_ignore_module_all = False
numpydoc_show_class_members = False
myst_heading_anchors = 3
html_theme = "alabaster"
html_theme_options = {"description": "From coarse-grained beads back to atoms", "page_width": "1100px"}
# links from pages to files of the repository lead out of the built site
suppress_warnings = ["myst.xref_missing"]


def setup(app: object) -> None:
    """Bars in docstrings are absolute values, not substitutions of reStructuredText."""

    def escape(app: object, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
        lines[:] = [line if line.startswith("|") else line.replace("|", "\\|") for line in lines]

    app.connect("autodoc-process-docstring", escape, priority=900)  # type: ignore[attr-defined]
