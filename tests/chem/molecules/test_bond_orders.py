"""Bond orders and charges from hydrogens."""

import numpy as np
import pytest
from rdkit import Chem

from unbead.chem.molecules.bond_orders import bond_orders

KINDS = (None, Chem.BondType.SINGLE, Chem.BondType.DOUBLE, Chem.BondType.TRIPLE)


def rebuilt(smiles):
    """The molecule that elements and bonds alone give."""
    whole = Chem.AddHs(Chem.MolFromSmiles(smiles))
    elements = [atom.GetSymbol() for atom in whole.GetAtoms()]
    bonds = np.array([(bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()) for bond in whole.GetBonds()])
    orders, charges = bond_orders(elements, bonds)
    made = Chem.RWMol()
    for element, charge in zip(elements, charges.tolist(), strict=True):
        atom = Chem.Atom(element)
        atom.SetFormalCharge(charge)
        atom.SetNoImplicit(True)
        made.AddAtom(atom)
    for (a, b), order in zip(bonds.tolist(), orders.tolist(), strict=True):
        made.AddBond(a, b, KINDS[order])
    Chem.SanitizeMol(made)
    return Chem.MolToSmiles(Chem.RemoveHs(made))


@pytest.mark.parametrize(
    "smiles",
    (
        "CC(=O)[O-] c1ccccc1 CC#N C[N+](=O)[O-] NC(=[NH2+])N CS(C)(=O)=O CS(C)=O COP(=O)([O-])OC c1c[nH]cn1"
        " c1c[nH]c[nH+]1 C[n+]1ccccc1 C[N+](C)(C)C [O-][n+]1ccccc1 CN=[N+]=[N-] Cn1cnc2c1c(=O)n(C)c(=O)n2C C=C=C"
        " CC(=O)NC Oc1ccccc1Br c1ccc2[nH]ccc2c1 CSC C[S+](C)C CS(=O)(=O)[O-] O=C1C=CC(=O)C=C1 C[S-] [O-]c1ccccc1"
        " C1=CC2=CC=CC2=C1 O=c1cc[nH]c(=O)[nH]1 OS(=O)(=O)O C#CC=C c1ccsc1 CC(=[NH2+])N"
    ).split(),
)
def test_orders_and_charges(smiles):
    assert rebuilt(smiles) == Chem.CanonSmiles(smiles)


def test_carbon_with_a_free_valence_is_no_answer():
    assert bond_orders(["C", "O"], np.array([[0, 1]])) is None


def test_long_peptides_take_no_time():
    peptide = "".join("NC(Cc1ccccc1)C(=O)" for _ in range(30)) + "[O-]"
    assert rebuilt(peptide) == Chem.CanonSmiles(peptide)
