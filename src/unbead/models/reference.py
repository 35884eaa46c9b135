"""Reference bonds, angles and torsions of the atoms that a network knows, from the templates."""

import numpy as np
import torch
from torch import Tensor

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.chem.angles import angle, dihedral
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.models.vocabulary import protein_vocabulary

# Angles towards the neighbouring Cα in radians, where the chain has a neighbour and where it ends.
TOWARDS = {1: 0.25, -1: 0.36}
AT_END = (1.9, 1.9)


def reference_internal() -> Tensor:
    """Return where a decoder of internal coordinates starts from.

    Returns
    -------
    Tensor, shape=(vocabulary + 2, 4)
        Bond lengths in Å, logits of angles / π, and cosine and sine of the torsions, zero where no template tells
        them, of the atoms of `protein_vocabulary`, then of N and C at the ends of a chain.
    """
    rows = []
    for kind in range(len(AMINO_ACIDS)):
        known = amino_template(kind)
        x, matrix = known.coordinates, zmatrix(known)
        for atom, (a, b, c) in enumerate(matrix.references.tolist()):
            if b >= 0:
                turn = np.radians(dihedral(x[c], x[b], x[a], x[atom]))
                bend = np.radians(angle(x[b], x[a], x[atom]))
                rows.append((np.linalg.norm(x[atom] - x[a]), bend, np.cos(turn), np.sin(turn)))
            elif a >= 0:
                towards = TOWARDS[1 if known.atoms[atom] == "N" else -1]
                rows.append((np.linalg.norm(x[atom] - x[a]), towards, 0.0, 0.0))
            else:
                rows.append((0.0, 0.0, 1.0, 0.0))
    assert len(rows) == len(protein_vocabulary())
    rows += [(length, bend, 0.0, 0.0) for length, bend in zip((1.46, 1.52), AT_END, strict=True)]
    table = torch.tensor(np.array(rows), dtype=torch.float32)
    table[:, 1] = torch.logit(table[:, 1] / torch.pi, eps=1e-3)
    return table
