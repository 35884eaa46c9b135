"""Make ``src/unbead/chem/data/templates-lipidated.json``: cysteines with a lipid on their sulfur, myristoyl glycine.

Names and bonds are those of OpenMM's CHARMM36, hydrogens of the amino acid those of the PDB. Conformers are RDKit's,
stretched and minimised with MMFF94; reference lengths and angles are those of the cysteine's template where it has
them, else the conformer's. Palmitate is a thioester; farnesyl and geranylgeranyl have all inner double bonds trans.

Run: ``pip install rdkit networkx openmm biotite && python scripts/build_lipidated_templates.py``
"""

import json
import math
import xml.etree.ElementTree as ET
from itertools import combinations

import networkx as nx
import numpy as np
from build_lipid_templates import stretch
from build_templates import OPENMM, OUTPUT, handed, planar_groups, swaps
from rdkit import Chem
from rdkit.Chem import AllChem

from unbead.chem.templates import template

PRENYL = "/C=C(\\C)CC"
# residue: SMILES; the heavy atoms are N CA CB SG, those of the lipid in CHARMM's order, C O; of glycine N, those
# of the lipid, then CA C O
SMILES = {
    "GLYM": "N(C(=O)CCCCCCCCCCCCC)CC=O",
    "CYSP": "N[C@@H](CSC(=O)CCCCCCCCCCCCCCC)C=O",
    "CYSF": f"N[C@@H](CSC{PRENYL}{PRENYL}C=C(C)C)C=O",
    "CYSG": f"N[C@@H](CSC{PRENYL}{PRENYL}{PRENYL}C=C(C)C)C=O",
}
HYDROGENS = {"HN": "H", "HA": "HA", "HB1": "HB2", "HB2": "HB3", "HA1": "HA2", "HA2": "HA3"}
FIRST = ("N", "CA", "C", "O", "CB", "SG")
SEEDS = 30


def charmm(name):
    """Heavy atoms in their order, hydrogens by the atom that bears them, and bonds of heavy atoms."""
    root = ET.parse(OPENMM / "charmm36.xml").getroot()
    residue = next(r for r in root.find("Residues") if r.get("name") == name)
    names = [a.get("name") for a in residue.iter("Atom")]
    pairs = [(b.get("atomName1"), b.get("atomName2")) for b in residue.iter("Bond")]
    hydrogens = {}
    for pair in pairs:
        for a, b in (pair, pair[::-1]):
            if a[0] == "H" and b[0] != "H":
                hydrogens.setdefault(b, []).append(a)
    heavy = [n for n in names if n[0] != "H"]
    return heavy, hydrogens, {frozenset(p) for p in pairs if not any(n[0] == "H" for n in p)}


def conformer(smiles):
    """RDKit molecule with its best stretched conformer."""
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    best = None
    for seed in range(SEEDS):
        trial = Chem.Mol(molecule)
        AllChem.EmbedMolecule(trial, randomSeed=seed + 1)
        stretch(trial)
        field = AllChem.MMFFGetMoleculeForceField(trial, AllChem.MMFFGetMoleculeProperties(trial))
        field.Minimize(maxIts=5000)
        energy = field.CalcEnergy()
        if best is None or energy < best[0]:
            best = energy, trial
    return best[1]


def build(name):
    """One template as a JSON object."""
    heavy, hydrogens, bonded = charmm(name)
    molecule = conformer(SMILES[name])
    x = molecule.GetConformer().GetPositions()
    parent = template("GLY" if name == "GLYM" else "CYS")
    first = [n for n in FIRST if n in parent.atoms]
    lipid = sorted((n for n in heavy if n not in first), key=lambda n: (int(n[1:]), n[0]))
    names = ["N", *lipid, "CA", "C", "O"] if name == "GLYM" else ["N", "CA", "CB", "SG", *lipid, "C", "O"]
    heavy_rows = [a.GetIdx() for a in molecule.GetAtoms() if a.GetSymbol() != "H"]
    row = dict(zip(names, heavy_rows, strict=True))
    found = {
        frozenset(names[heavy_rows.index(i)] for i in (b.GetBeginAtomIdx(), b.GetEndAtomIdx()))
        for b in molecule.GetBonds() if {b.GetBeginAtom().GetSymbol(), b.GetEndAtom().GetSymbol()}.isdisjoint("H")
    }  # fmt: skip
    if found != bonded:
        raise SystemExit(f"{name}: bonds differ from CHARMM36's: {sorted(map(sorted, found ^ bonded))}")
    if name in ("CYSF", "CYSG"):  # of the last two methyl groups, the later name is that of the one cis to the chain
        *_, before, _, here, one, two = lipid
        if np.linalg.norm(x[row[before]] - x[row[one]]) < np.linalg.norm(x[row[before]] - x[row[two]]):
            row[one], row[two] = row[two], row[one]
        assert here
    atoms = [*first, *lipid]
    place = [row[a] for a in atoms]
    bonds = [tuple(sorted(atoms.index(a) for a in pair)) for pair in bonded]
    for bearer in list(atoms):
        theirs = [b.GetIdx() for b in molecule.GetAtomWithIdx(row[bearer]).GetNeighbors() if b.GetSymbol() == "H"]
        for hydrogen, k in zip(hydrogens.get(bearer, []), theirs, strict=False):  # N bears one more here, C as well
            bonds.append((atoms.index(bearer), len(atoms)))
            atoms.append(HYDROGENS.get(hydrogen, hydrogen))
            place.append(k)
    points = x[place] - x[row["CA"]]
    elements = [molecule.GetAtomWithIdx(k).GetSymbol() for k in place]
    graph = nx.Graph(bonds)
    known = {frozenset(parent.atoms[i] for i in b): v for b, v in zip(parent.bonds, parent.bond_lengths, strict=True)}
    known_angles = {
        (parent.atoms[j], frozenset((parent.atoms[i], parent.atoms[k]))): v
        for (i, j, k), v in zip(parent.angles.tolist(), parent.angle_values, strict=True)
    }

    def angle(i, j, k):
        a, b = points[i] - points[j], points[k] - points[j]
        measured = math.degrees(math.acos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        return round(float(known_angles.get((atoms[j], frozenset((atoms[i], atoms[k]))), measured)), 2)

    bonds.sort()
    bent = [(i, j, k) for j in sorted(graph) for i, k in combinations(sorted(graph[j]), 2)]
    true, naming = handed(graph, points, elements, atoms)
    return {
        "parent": parent.name, "kind": "amino", "atoms": atoms, "elements": elements, "bonds": bonds,
        "bond_lengths": [
            round(float(known.get(frozenset(atoms[i] for i in b), np.linalg.norm(points[b[0]] - points[b[1]]))), 4)
            for b in bonds
        ],
        "angles": bent, "angle_values": [angle(*t) for t in bent], "chiral": true, "prochiral": naming,
        "planar": planar_groups(graph, points, elements), "symmetric": swaps(graph, elements, naming),
        "coordinates": np.round(points, 3).tolist(),
    }  # fmt: skip


def main():
    """Write the file."""
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(build(name))}" for name in SMILES)
    (OUTPUT / "templates-lipidated.json").write_text(f'{{"templates": {{\n{text}\n}},\n"atom_names": {{}}\n}}\n')


if __name__ == "__main__":
    main()
