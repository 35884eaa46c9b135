"""The file formats, one or two modules each."""
