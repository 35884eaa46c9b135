"""Protonation states and hydrogens."""
