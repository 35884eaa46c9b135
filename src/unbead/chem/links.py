"""Geometry between residues.

That of peptides is from Engh and Huber (Acta Cryst. 1991, A47, 392), that of nucleic acids from Gelbin et al. (J. Am.
Chem. Soc. 1996, 118, 519).
"""

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

PHOSPHATE_LENGTH = 1.607  # Å, O3'–P
# Angles over the bond between nucleotides in degrees, and the length in Å of the side that is not that bond.
PHOSPHATE_ANGLES = {
    ("C3'", "O3'", "+P"): (119.7, 1.431),
    ("O3'", "+P", "+OP1"): (107.9, 1.485),
    ("O3'", "+P", "+OP2"): (107.9, 1.485),
    ("O3'", "+P", "+O5'"): (104.0, 1.593),
}
# Bonds between residues: the last atom of the earlier, the first of the later, and their distance in Å.
LINKS = (("C", "N", PEPTIDE_LENGTH), ("O3'", "P", PHOSPHATE_LENGTH))
