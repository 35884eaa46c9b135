"""Torsions: how usual they are, which bonds turn, and what is cis or trans."""
