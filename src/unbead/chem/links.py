"""Geometry between residues, from Engh and Huber (Acta Cryst. 1991, A47, 392)."""

PEPTIDE_LENGTH = 1.329  # Å, C–N
DISULFIDE_LENGTH = 2.04  # Å, SG–SG
# Atoms, the residue after the bond marked by 1, and degrees.
PEPTIDE_ANGLES = (
    ((("CA", 0), ("C", 0), ("N", 1)), 116.2),
    ((("O", 0), ("C", 0), ("N", 1)), 123.0),
    ((("C", 0), ("N", 1), ("CA", 1)), 121.7),
)
