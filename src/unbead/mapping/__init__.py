"""Beads and the atoms they stand for."""
