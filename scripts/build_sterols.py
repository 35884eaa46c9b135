"""Make ``templates-sterols.json``: ergosterol, with the atom names of CHARMM's ERG.

The structure stands here as SMILES and comes from RDKit (ETKDG, MMFF94s). Beads are cholesterol's: Martini 2 gives
ergosterol the same (Melo et al., J. Chem. Theory Comput. 2015, 11, 3111); the methyl on C24 goes with the last bead
(`scripts/build_lipid_mappings.py`).

Run: ``pip install rdkit && python scripts/build_sterols.py``
"""

import json
from pathlib import Path

import numpy as np
from rdkit import Chem

from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import make_template

OUTPUT = Path(__file__).parents[1] / "src/unbead/chem/data/templates-sterols.json"
ERGOSTEROL = "C[C@H](/C=C/[C@H](C)C(C)C)[C@H]1CC[C@@H]2[C@@]1(CC[C@H]3C2=CC=C4[C@@]3(CC[C@@H](C4)O)C)C"
NAMES = (
    "C21 C20 C22 C23 C24 C28 C25 C26 C27 C17 C16 C15 C14 C13 C12 C11 C9 C8 C7 C6 C5 C10 C1 C2 C3 C4 O3 C19 C18".split()
)
# Labels of (3S,9S,10R,13R,14R,17R)-17-[(E,2R,5R)-5,6-dimethylhept-3-en-2-yl]-10,13-dimethyl…-3-ol, its IUPAC name.
LABELS = {"C3": "S", "C9": "S", "C10": "R", "C13": "R", "C14": "R", "C17": "R", "C20": "R", "C24": "R"}


def hydrogen_names(molecule):
    """CHARMM's names of the hydrogens: H22, H26A H26B H26C, H3' of the hydroxyl."""
    x = molecule.GetConformer().GetPositions()
    names = {}
    for atom in list(molecule.GetAtoms())[: len(NAMES)]:
        near = [other.GetIdx() for other in atom.GetNeighbors()]
        heavy, light = ([i for i in near if (i >= len(NAMES)) == hydrogen] for hydrogen in (False, True))
        here = x[atom.GetIdx()]
        if len(light) == 2 and (x[min(heavy)] - here) @ np.cross(x[light[0]] - here, x[light[1]] - here) < 0:
            light.reverse()
        name = NAMES[atom.GetIdx()]
        label = "H3'" if name == "O3" else f"H{name[1:]}"
        names |= {i: label + letter for i, letter in zip(light, "ABC" if len(light) > 1 else [""], strict=False)}
    return [names[i] for i in sorted(names)]


def main():
    """Write the file."""
    molecule, _ = read_molecule(ERGOSTEROL)
    Chem.AssignStereochemistryFrom3D(molecule)
    found = {NAMES[atom.GetIdx()]: atom.GetProp("_CIPCode") for atom in molecule.GetAtoms() if atom.HasProp("_CIPCode")}
    double = molecule.GetBondBetweenAtoms(NAMES.index("C22"), NAMES.index("C23")).GetStereo()
    if found != LABELS or double != Chem.BondStereo.STEREOE:
        raise SystemExit(f"not ergosterol: {found}, {double}")
    known = make_template(molecule, "ERG", [*NAMES, *hydrogen_names(molecule)])
    facts = {
        "parent": "ERG",
        "kind": "sterol",
        "atoms": known.atoms,
        "elements": known.elements,
        "bonds": known.bonds.tolist(),
        "bond_lengths": known.bond_lengths.round(3).tolist(),
        "angles": known.angles.tolist(),
        "angle_values": known.angle_values.round(1).tolist(),
        "chiral": known.chiral.tolist(),
        "prochiral": [],
        "planar": known.planar,
        "symmetric": known.symmetric,
        "coordinates": (known.coordinates - known.coordinates[: known.n_heavy].mean(0)).round(3).tolist(),
    }
    OUTPUT.write_text(f'{{"templates": {{\n"ERG": {json.dumps(facts, default=list)}\n}}}}\n')


if __name__ == "__main__":
    main()
