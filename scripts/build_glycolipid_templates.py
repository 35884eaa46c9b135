"""Make ``src/unbead/chem/data/templates-glycolipids.json``: the gangliosides GM1 and GM3, each as one residue.

CHARMM36 has them as chains of sugars only, so the names are our own: atoms of the ceramide as in CHARMM36's PSM, those
of the sugars as in the chemical component dictionary with a letter for the sugar (A glucose, B galactose, C
N-acetylgalactosamine, D the last galactose, E N-acetylneuraminic acid), hydrogens numbered. The SMILES are checked
against the components, stereochemistry included. Geometry is that of MMFF94, of the ceramide that of PSM.

Run ``pip install rdkit networkx biotite openmm``, `build_lipid_templates.py`, then this.
"""

import json
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
from biotite.structure import info
from build_lipid_templates import centres_of, planar_groups, right, stereo, stretch
from build_templates import swaps
from rdkit import Chem
from rdkit.Chem import AllChem, rdMolTransforms
from vacuum import bends, lengths, twists

from unbead.chem.templates import template

OUTPUT = Path(__file__).parents[1] / "src/unbead/chem/data/templates-glycolipids.json"
# SMILES and names of the heavy atoms in its order.
NEURAMINIC = (
    "[C@@]3(C[C@@H]([C@H]([C@@H](O3)[C@@H]([C@@H](CO)O)O)NC(=O)C)O)C(=O)[O-]",
    "C2E C3E C4E C5E C6E O6E C7E C8E C9E O9E O8E O7E N5E C10E O10E C11E O4E C1E O11E O12E",
)
GALACTOSE = (
    "O[C@H]5[C@@H]([C@H]([C@H]([C@H](O5)CO)O)O)O",
    "O3C C1D C2D C3D C4D C5D O5D C6D O6D O4D O3D O2D",
)
GALACTOSAMINE = (
    f"O[C@H]4[C@@H]([C@H]([C@H]([C@H](O4)CO)O){GALACTOSE[0]})NC(=O)C",
    f"O4B C1C C2C C3C C4C C5C O5C C6C O6C O4C {GALACTOSE[1]} N2C C7C O7C C8C",
)
COMPONENTS = {"A": "BGC", "B": "GAL", "C": "NGA", "D": "GAL", "E": "SIA"}
ACID = {"O1A": "O11", "O1B": "O12"}  # the acid's oxygens, whose names end on letters already
# Carbons of a chair whose arm is equatorial, by sugar: the turn of arm, carbon and the next two of the ring is trans.
EQUATORIAL = {"E": (("O3B", "C2", "C3", "C4"), ("C7", "C6", "C5", "C4"))}
EQUATORIAL |= {
    letter: ((bridge, "C1", "C2", "C3"), ("C6", "C5", "C4", "C3"))
    for letter, bridge in {"A": "O1A", "B": "O4A", "C": "O4B", "D": "O3C"}.items()
}
TRIES, CHOSEN = 40, 2


def ganglioside(branch):
    """SMILES and names with `branch` as the oxygen 4 of galactose, and what it bears."""
    sugars = (
        "[C@H]1[C@@H]([C@H]([C@@H]([C@H](O1)CO)O[C@H]2[C@@H]([C@H]([C@H]([C@H](O2)CO)"
        f"{branch[0]})O{NEURAMINIC[0]})O)O)O"
    )
    inner = f"C1B C2B C3B C4B C5B O5B C6B O6B {branch[1]} O3B {NEURAMINIC[1]} O2B"
    names = f"C1A C2A C3A C4A C5A O5A C6A O6A O4A {inner} O3A O2A"
    base = " ".join(f"C{k}S" for k in range(18, 0, -1))
    acyl = " ".join(["NF C1F OF", *(f"C{k}F" for k in range(2, 17)), "O3"])
    return (
        f"CCCCCCCCCCCCC/C=C/[C@H]([C@H](CO{sugars})NC(=O)CCCCCCCCCCCCCCC)O",
        f"{base} O1A {names} {acyl}".split(),
    )


GANGLIOSIDES = {"GM1": ganglioside(GALACTOSAMINE), "GM3": ganglioside(("O", "O4B"))}


def component(name):
    """Heavy atoms of a sugar with stereochemistry from its coordinates, and their names."""
    residue = info.residue(name)
    made = Chem.RWMol()
    shape = Chem.Conformer(len(residue))
    for i, (element, point) in enumerate(zip(residue.element, residue.coord.astype(float).tolist(), strict=True)):
        made.AddAtom(Chem.Atom(element.capitalize()))
        shape.SetAtomPosition(i, point)
    for a, b, kind in residue.bonds.as_array().tolist():
        made.AddBond(a, b, Chem.BondType.DOUBLE if kind == 2 else Chem.BondType.SINGLE)
    made.AddConformer(shape)
    for atom, label in zip(made.GetAtoms(), residue.atom_name, strict=True):
        atom.SetProp("label", str(label))
    Chem.SanitizeMol(made)
    Chem.AssignStereochemistryFrom3D(made)
    made = Chem.RemoveHs(made)
    return made, [atom.GetProp("label") for atom in made.GetAtoms()]


def check(mol, names):
    """Complain if a sugar is not the component that it should be, atom by atom."""
    for letter in sorted({name[-1] for name in names} & set(COMPONENTS)):
        query, labels = component(COMPONENTS[letter])
        wanted = {ACID.get(label, label) + letter for label in labels}
        hits = mol.GetSubstructMatches(query, useChirality=True)
        found = [{names[i] for i in hit} for hit in hits]
        if not any(len(wanted - these) <= 1 for these in found):  # the glycosidic oxygen is the neighbour's
            raise SystemExit(f"sugar {letter} is not {COMPONENTS[letter]}")


def chairs(names):
    """Turns that are trans where sugars are the usual chairs, 4C1 and in neuraminic acid 2C5."""
    return [
        [names.index(atom if atom in names else atom + letter) for atom in turn]
        for letter in sorted({name[-1] for name in names} & set(EQUATORIAL))
        for turn in EQUATORIAL[letter]
    ]


def usable(mol, trial, planes, turns):
    """Whether a conformer has the right stereochemistry and the dihedrals `turns` trans."""
    shape = trial.GetConformer()
    chair = all(abs(rdMolTransforms.GetDihedralDeg(shape, *turn)) > 150 for turn in turns)
    return chair and right(mol, shape.GetPositions(), stereo(mol), planes)


def conformer(mol, graph, planes, turns):
    """Coordinates of the best of a few conformers with the dihedrals `turns` trans and the tails stretched."""
    found = []
    for seed in range(TRIES):
        trial = Chem.Mol(mol)
        if len(found) < CHOSEN and AllChem.EmbedMolecule(trial, randomSeed=17 * seed + 1, useRandomCoords=True) == 0:
            field = AllChem.MMFFGetMoleculeForceField(trial, AllChem.MMFFGetMoleculeProperties(trial))
            for turn in turns:
                field.MMFFAddTorsionConstraint(*turn, False, 165.0, 195.0, 200.0)
            field.Minimize(maxIts=2000)
            stretch(trial)
            if usable(mol, trial, planes, turns):
                found.append(trial)
    minima = []
    for trial in found:
        field = AllChem.MMFFGetMoleculeForceField(trial, AllChem.MMFFGetMoleculeProperties(trial))
        field.Minimize(maxIts=5000)
        for twist in twists(graph, planes):
            trans = abs(rdMolTransforms.GetDihedralDeg(trial.GetConformer(), *twist)) > 90
            field.MMFFAddTorsionConstraint(*twist, False, 179.0 * trans, 179.0 * trans + 1.0, 1000.0)
        field.Minimize(maxIts=5000)
        if usable(mol, trial, planes, turns):
            minima.append((field.CalcEnergy(), trial.GetConformer().GetPositions()))
    if not minima:
        raise SystemExit("no conformer keeps its stereochemistry and its chairs")
    return min(minima, key=lambda m: m[0])[1]


def build(smiles, heavy_names):
    """One template as a JSON object."""
    skeleton = Chem.MolFromSmiles(smiles)
    check(skeleton, heavy_names)
    mol = Chem.AddHs(skeleton)
    names = heavy_names + [f"H{k}" for k in range(1, mol.GetNumAtoms() - len(heavy_names) + 1)]
    elements = {a.GetIdx(): a.GetSymbol() for a in mol.GetAtoms()}
    bonds = sorted(tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))) for b in mol.GetBonds())
    graph = nx.Graph(bonds)
    planes = planar_groups(graph, elements)
    points = conformer(mol, graph, planes, chairs(names))
    points = points - points[: len(heavy_names)].mean(0)
    bent = [(i, j, k) for j in sorted(graph) for i, k in combinations(sorted(graph[j]), 2)]
    known = template("PSM")
    values = dict(zip(map(tuple, known.bonds.tolist()), known.bond_lengths.tolist(), strict=True))
    values |= dict(zip(map(tuple, known.angles.tolist()), known.angle_values.tolist(), strict=True))
    by_name = {tuple(known.atoms[i] for i in term): value for term, value in values.items()}
    by_name |= {term[::-1]: value for term, value in by_name.items()}

    def reference(term, measured):
        return round(by_name.get(tuple(names[i] for i in term), float(measured)), 4 if len(term) == 2 else 2)

    return {
        "parent": "",
        "kind": "lipid",
        "atoms": names,
        "elements": list(elements.values()),
        "bonds": bonds,
        "bond_lengths": [reference(*term) for term in zip(bonds, lengths(points, np.array(bonds)), strict=True)],
        "angles": bent,
        "angle_values": [reference(*term) for term in zip(bent, bends(points, np.array(bent)), strict=True)],
        "chiral": centres_of(mol, graph, elements, points),
        "prochiral": [],
        "planar": planes,
        "symmetric": swaps(graph, elements, []),
        "coordinates": np.round(points, 3).tolist(),
    }


def main():
    """Write the file."""
    built = {name: build(*given) | {"parent": name} for name, given in GANGLIOSIDES.items()}
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in built.items())
    OUTPUT.write_text(f'{{"templates": {{\n{text}\n}}}}\n')


if __name__ == "__main__":
    main()
