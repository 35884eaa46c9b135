"""Molecules: templates, names, elements, and the array class of beads and atoms."""
