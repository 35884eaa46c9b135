"""Geometry between residues, from Engh and Huber (Acta Cryst. 1991, A47, 392)."""

PEPTIDE_LENGTH = 1.329  # Å, C–N
DISULFIDE_LENGTH = 2.04  # Å, SG–SG
DISULFIDE_CB_SG = 3.03  # Å, CB to the other SG: 104° at the sulfur
CA_CA_TRANS, CA_CA_CIS = 3.80, 2.95  # Å, Cα–Cα over a trans and a cis peptide

# Angles over the peptide bond in degrees: three atoms, those of the later residue with a "+".
PEPTIDE_ANGLES = {
    ("CA", "C", "+N"): 116.2,
    ("O", "C", "+N"): 123.0,
    ("C", "+N", "+CA"): 121.7,
    ("C", "+N", "+CD"): 125.0,
}
