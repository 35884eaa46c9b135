"""Write ``src/unbead/chem/data/templates-nucleic.json``.

Bonds, reference bond lengths and angles come from OpenMM's Amber OL15 (DNA) and OL3 (RNA), angles in rings from the
conformer. Conformers are residues of a B-DNA, the dodecamer of openmmtools
(``openmmtools/data/dna_dodecamer/minimized_dna_dodecamer.pdb``, MIT), and of the stem of an RNA hairpin, the first
model of RCSB 2KOC (CC0); each is laid into the frame of its helix, whose axis is z, so that the next residue is one
turn and one rise on.

Run: ``python scripts/build_nucleotide_templates.py DODECAMER.pdb 2KOC.pdb``.
"""

import json
import math
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import numpy as np
from build_templates import OPENMM, flatness, handed
from networkx import Graph, cycle_basis
from scipy.optimize import least_squares

from unbead.chem.angles import angle as angle_between
from unbead.io.read import read_structure
from unbead.structure.superpose import superpose

OUTPUT = Path(__file__).parents[1] / "src/unbead/chem/data/templates-nucleic.json"
PHOSPHATE = ("P", "OP1", "OP2")
SUGAR = ("O5'", "C5'", "C4'", "O4'", "C3'", "O3'", "C2'", "C1'")
FRAME = ("P", *SUGAR)  # atoms that all residues of a helix have
FILES = {"DNA": "DNA.OL15", "RNA": "RNA.OL3"}
BASES = {"DNA": ("DA", "DC", "DG", "DT"), "RNA": ("A", "C", "G", "U")}
HELICES = {"DNA": ((2, 11), (14, 23)), "RNA": ((2, 5), (11, 13))}  # first and last residue, by place in the file
BENT = 0.06  # Å that atoms of a base may be off its plane
OLD_NAMES = {"O1P": "OP1", "O2P": "OP2", "C5M": "C7", "H5'1": "H5'", "H5'2": "H5''", "H2'1": "H2'", "H2'2": "H2''",
             "HO'2": "HO2'", "1H5'": "H5'", "2H5'": "H5''", "1H2'": "H2'", "2H2'": "H2''", "H5T": "HO5'", "H3T": "HO3'",
             "1HO'": "HO2'", "2HO'": "HO2'", "O1A": "OP1", "O2A": "OP2"}  # fmt: skip


def force_field(name):
    """Atoms with types and bonds by residue, and reference lengths (Å) and angles (degrees) by types."""
    root = ET.parse(OPENMM / f"amber14/{name}.xml").getroot()
    residues = {}
    for residue in root.iter("Residue"):
        atoms = {atom.get("name"): atom.get("type") for atom in residue.iter("Atom")}
        bonds = [(bond.get("atomName1"), bond.get("atomName2")) for bond in residue.iter("Bond")]
        residues[residue.get("name")] = atoms, bonds
    lengths, angles = {}, {}
    for bond in root.find("HarmonicBondForce"):
        lengths[frozenset((bond.get("type1"), bond.get("type2")))] = 10 * float(bond.get("length"))
    for angle in root.find("HarmonicAngleForce"):
        value = math.degrees(float(angle.get("angle")))
        for ends in (("type1", "type3"), ("type3", "type1")):
            angles[angle.get(ends[0]), angle.get("type2"), angle.get(ends[1])] = value
    return residues, lengths, angles


def residues_of(path):
    """Positions by atom name and the base, residue by residue."""
    atoms = read_structure(path)
    found = []
    for k in range(len(atoms.residues)):
        rows = np.flatnonzero(atoms.residue_index == k)
        names = [OLD_NAMES.get(name, name) for name in atoms.names[rows].tolist()]
        found.append((str(atoms.residues.names[k]), dict(zip(names, atoms.positions[rows].astype(float), strict=True))))
    return found


def frame(place, names=FRAME):
    """Atoms of a residue as an array."""
    return np.array([place[name] for name in names])


def helix(residues, stretches):
    """Atoms of the mean residue in the frame of the helix, twist in degrees and rise in Å, fitted to both strands."""
    strands = [np.array([frame(residues[k - 1][1]) for k in range(first, last + 1)]) for first, last in stretches]
    middle = np.concatenate(strands).mean((0, 1))
    along = strands[0][-1].mean(0) - strands[0][0].mean(0)
    along /= np.linalg.norm(along)
    side = np.cross(along, [1.0, 0, 0] if abs(along[0]) < 0.8 else [0, 1.0, 0])
    axes = np.stack([side / np.linalg.norm(side), np.cross(along, side) / np.linalg.norm(side), along])

    def seen(values):
        """Strands from the axis, the second one turned upside down, each residue turned and moved back to the first."""
        tilt, point, twist, rise, turn, step = values[:2], values[2:4], values[4], values[5], values[6], values[7]
        z = np.array([*tilt, 1.0]) / np.sqrt(1 + tilt @ tilt)
        x = np.array([1.0, 0, 0]) - z[0] * z
        x /= np.linalg.norm(x)
        own = np.stack([x, np.cross(z, x), z], 1)
        found = []
        for number, strand in enumerate(strands):
            y = (strand - middle) @ axes.T @ own - [*point, 0]
            k = np.arange(len(strand))[:, None]
            if number:
                y = y * [1, -1, -1]
            angle = -(twist * k + turn * number)
            cos, sin = np.cos(angle), np.sin(angle)
            back = [cos * y[..., 0] - sin * y[..., 1], sin * y[..., 0] + cos * y[..., 1]]
            found.append(np.stack([*back, y[..., 2] - rise * k - step * number], -1))
        return np.concatenate(found)

    def misfit(values):
        found = seen(values)
        return (found - found.mean(0)).reshape(-1)

    starts = [[0, 0, *c, 0.6, 3.0, turn, step] for c in ((0, 0), (5, 0), (-5, 0), (0, 5), (0, -5)) for turn in (0, 2, 4)
              for step in (-15, 0, 15)]  # fmt: skip
    best = min((least_squares(misfit, start) for start in starts), key=lambda found: found.cost)
    return seen(best.x).mean(0), math.degrees(best.x[4]), best.x[5]


def lay(mobile, target):
    """Points on others."""
    rotation, shift = superpose(mobile, target[None])
    return mobile @ rotation[0] + shift[0]


def template(name, kind, residues, reference, tables, twist, rise):
    """One template as a JSON object."""
    known, lengths, angles = tables
    types, pairs = known[name]
    own = [place for base, place in residues if base == name and set(types) <= set(place)]
    flat = ["C1'", *(atom for atom in types if atom[0] != "H" and "'" not in atom and atom not in PHOSPHATE)]
    bent = [flatness(frame(place, flat)) for place in own]
    fit = [np.sqrt(((lay(frame(place), reference) - reference) ** 2).sum(1).mean()) for place in own]
    place = own[int(np.argmin(np.where(np.array(bent) < max(BENT, min(bent)) + 1e-6, fit, np.inf)))]
    rotation, shift = superpose(frame(place), reference[None])
    heavy = [*PHOSPHATE, *SUGAR, *(["O2'"] if kind == "RNA" else [])]
    heavy += [atom for atom in types if atom[0] != "H" and atom not in heavy]
    atoms = [*heavy, *(atom for atom in types if atom[0] == "H")]
    at = {atom: k for k, atom in enumerate(atoms)}
    x = np.array([place[atom] for atom in atoms]) @ rotation[0] + shift[0]
    elements = [atom[0] for atom in atoms]
    bonds = sorted(tuple(sorted((at[a], at[b]))) for a, b in pairs)
    graph = Graph(bonds)
    ring = {i for cycle in cycle_basis(graph) for i in cycle}
    base = [at[atom] for atom in flat]
    centred = x[base] - x[base].mean(0)
    normal = np.linalg.svd(centred)[2][2]
    for atom, height in zip(base, centred @ normal, strict=True):  # hydrogens go with their atoms
        x[[atom, *(other for other in graph[atom] if elements[other] == "H")]] -= height * normal
    bent = [(i, j, k) for j in sorted(graph) for i, k in combinations(sorted(graph[j]), 2)]

    def corner(i, j, k):
        measured = float(angle_between(x[i], x[j], x[k]))
        if j in ring:  # Amber's angles in rings are balanced by the ring and are not its geometry
            return round(measured, 2)
        return round(angles.get(tuple(types[atoms[m]] for m in (i, j, k)), measured), 2)

    true, _ = handed(graph, x, elements, atoms)
    phosphorus = [at[atom] for atom in ("P", "O5'", "OP1", "OP2")]
    arms = x[phosphorus[1:]] - x[phosphorus[0]]
    if np.linalg.det(arms) < 0:
        phosphorus[2:] = phosphorus[:1:-1]
    return {
        "parent": name, "kind": "nucleotide", "atoms": atoms, "elements": elements, "bonds": bonds,
        "bond_lengths": [round(lengths[frozenset(types[atoms[m]] for m in b)], 4) for b in bonds],
        "angles": bent, "angle_values": [corner(*t) for t in bent],
        "chiral": true, "prochiral": [phosphorus], "planar": [sorted(base)], "symmetric": [],
        "coordinates": np.round(x, 3).tolist(), "screw": [round(twist, 2), round(rise, 3)],
    }  # fmt: skip


def without_phosphate(known):
    """Return the residue at the 5' end."""
    keep = [k for k, atom in enumerate(known["atoms"]) if atom not in PHOSPHATE]
    new = {old: k for k, old in enumerate(keep)}
    found = {**known, "prochiral": []}
    for name in ("atoms", "elements", "coordinates"):
        found[name] = [known[name][k] for k in keep]
    for rows, values in (("bonds", "bond_lengths"), ("angles", "angle_values"), ("chiral", ""), ("planar", "")):
        chosen = [k for k, row in enumerate(known[rows]) if set(row) <= set(keep)]
        found[rows] = [[new[i] for i in known[rows][k]] for k in chosen]
        if values:
            found[values] = [known[values][k] for k in chosen]
    return found


def main():
    """Write the file."""
    templates = {}
    for kind, path in zip(("DNA", "RNA"), sys.argv[1:], strict=True):
        residues = residues_of(path)
        reference, twist, rise = helix(residues, HELICES[kind])
        print(
            f"{kind}: {twist:.2f}° and {rise:.3f} Å from residue to residue, P at {np.hypot(*reference[0, :2]):.2f} Å"
        )
        tables = force_field(FILES[kind])
        for name in BASES[kind]:
            templates[name] = template(name, kind, residues, reference, tables, twist, rise)
            templates[f"{name}5"] = without_phosphate(templates[name])
    text = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in templates.items())
    names = json.dumps({"Nucleic": OLD_NAMES})
    OUTPUT.write_text(f'{{"templates": {{\n{text}\n}},\n"atom_names": {names}\n}}\n')


if __name__ == "__main__":
    main()
