"""A molecule to make mappings of."""

import numpy as np

from unbead.chem.molecules.reader import read_molecule
from unbead.chem.particles import Particles, Residues
from unbead.structure.bonds_by_distance import bonds_by_distance


def molecule_of(smiles, first=0):
    """Atoms of a SMILES with hydrogens; some first atoms may be a residue of their own."""
    whole, _ = read_molecule(smiles)
    elements = np.array([atom.GetSymbol() for atom in whole.GetAtoms()])
    index = (np.arange(len(elements)) >= first).astype(np.int64) if first else np.zeros(len(elements), np.int64)
    count = int(index.max()) + 1
    blank = np.full(count, "")
    table = Residues(np.full(count, "LIG"), np.arange(1, count + 1), blank, blank, blank, np.zeros(count, bool))
    names = np.array([f"{element}{k % 10}" for k, element in enumerate(elements)])
    positions = whole.GetConformer().GetPositions().astype(np.float32)
    return Particles(names, positions, index, table, elements, np.zeros(len(names), np.float32))


def propanol():
    """CH3-CH2-CH2-OH: atoms C C C O, then hydrogens."""
    return molecule_of("CCCO")


def bonds_of(molecule):
    """Bonds of a molecule by distance."""
    return bonds_by_distance(molecule.elements.tolist(), molecule.positions)
