"""Labels of stereocentres as RDKit sees them."""

import numpy as np
import pytest


@pytest.fixture(scope="session")
def cip_labels():
    """Turn a template into a molecule of RDKit: the labels of its carbons by name."""
    chem = pytest.importorskip("rdkit.Chem")
    from rdkit.Chem import rdCIPLabeler

    def labels(t):
        made = chem.RWMol()
        for element in t.elements:
            made.AddAtom(chem.Atom(element))
        degree, carbonyls = np.bincount(t.bonds.ravel()), set()
        for (a, b), length in zip(t.bonds.tolist(), t.bond_lengths, strict=True):
            kinds = {t.elements[a], t.elements[b]}
            ends = min(degree[a], degree[b]), max(degree[a], degree[b])
            double = (kinds == {"C"} and ends == (3, 3) and length < 1.4) or (kinds == {"C", "O"} and ends == (1, 3))
            carbon, other = (a, b) if t.elements[a] == "C" else (b, a)
            if double and kinds == {"C", "O"}:
                if carbon in carbonyls:  # the other oxygen of a carboxylate
                    made.GetAtomWithIdx(other).SetFormalCharge(-1)
                    double = False
                carbonyls.add(carbon)
            made.AddBond(a, b, chem.BondType.DOUBLE if double else chem.BondType.SINGLE)
        for atom in made.GetAtoms():
            if atom.GetSymbol() == "O" and degree[atom.GetIdx()] == 1 and atom.GetNeighbors()[0].GetSymbol() == "P":
                atom.SetFormalCharge(-1)
            elif atom.GetSymbol() == "P" or (atom.GetSymbol() == "N" and degree[atom.GetIdx()] == 4):
                atom.SetFormalCharge(1)
        shape = chem.Conformer(len(t.atoms))
        for i, point in enumerate(t.coordinates.tolist()):
            shape.SetAtomPosition(i, point)
        made.AddConformer(shape)
        chem.SanitizeMol(made)
        chem.AssignStereochemistryFrom3D(made)
        rdCIPLabeler.AssignCIPLabels(made)
        found = {t.atoms[a.GetIdx()]: a.GetProp("_CIPCode") for a in made.GetAtoms() if a.HasProp("_CIPCode")}
        return {atom: label for atom, label in found.items() if atom[0] == "C"}

    return labels
