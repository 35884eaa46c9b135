"""A molecule that several tests give as their own: adenosine, its beads and conformers of it."""

import numpy as np
from rdkit import Chem
from rdkit.Chem import AllChem

ADENOSINE = "OC[C@H]1O[C@H]([C@H](O)[C@@H]1O)n1cnc2c(N)ncnc12"
NAMES = "O5' C5' C4' O4' C1' C2' O2' C3' O3' N9 C8 N7 C5 C6 N6 N1 C2 N3 C4".split()
BEADS = {
    "A": "O5' C5'", "B": "C4' O4' C1'", "C": "C2' O2'", "D": "C3' O3'", "E": "N9 C8 N7", "F": "C5 C4", "G": "C6 N6 N1",
    "H": "C2 N3",
}  # fmt: skip


def write_mapping(folder, molecule="ADN"):
    """Write adenosine's mapping file; returns its path."""
    lines = [f"  {atom}: {bead}" for bead, atoms in BEADS.items() for atom in atoms.split()]
    path = folder / "adn.yaml"
    path.write_text(f"molecule: {molecule}\natoms:\n" + "\n".join(lines) + "\n")
    return path


def embedded(smiles, count, seed=11):
    """Heavy atoms of conformers, shape (count, n_heavy, 3), in the order of the SMILES."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMultipleConfs(molecule, count, randomSeed=seed)
    AllChem.MMFFOptimizeMoleculeConfs(molecule)
    heavy = [atom.GetIdx() for atom in molecule.GetAtoms() if atom.GetSymbol() != "H"]
    return np.array([conformer.GetPositions()[heavy] for conformer in molecule.GetConformers()])


def volumes(template, positions):
    """Signed volumes of the chiral centres, shape (n, n_centres)."""
    p = positions[:, template.chiral]
    arms = p[:, :, 1:] - p[:, :, :1]
    return (np.cross(arms[:, :, 0], arms[:, :, 1]) * arms[:, :, 2]).sum(-1)
