"""Geometry between residues, from Engh and Huber (Acta Cryst. 1991, A47, 392)."""

PEPTIDE_LENGTH = 1.329  # Å, C–N
DISULFIDE_LENGTH = 2.04  # Å, SG–SG
