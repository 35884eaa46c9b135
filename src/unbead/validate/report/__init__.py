"""Reports as HTML pages, and their plots."""
