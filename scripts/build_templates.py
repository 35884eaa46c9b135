"""Make ``templates.json`` and ``templates-solvent.json`` in ``src/unbead/chem/data``.

Atoms, bonds and ideal conformers come from the chemical component dictionary that biotite bundles; reference bond
lengths and angles from OpenMM's Amber ff14SB where it has them, else from the conformer; alternative names
from OpenMM's table.

Run: ``pip install biotite networkx openmm && python scripts/build_templates.py``
"""

import json
import math
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
from biotite.structure import info
from openmm import app

from unbead.chem.solvent import IONS, WATER

OUTPUT = Path(__file__).parents[1] / "src/unbead/chem/data"
OPENMM = Path(app.__file__).parent / "data"
AMINO = "ALA ARG ASN ASP CYS GLN GLU GLY HIS ILE LEU LYS MET PHE PRO SER THR TRP TYR VAL".split()
# residue: (component, canonical residue of the network, atoms that the component has and the residue has not)
VARIANTS = {
    "HID": ("HIS", "HIS", ["HE2"]),
    "HIE": ("HIS", "HIS", ["HD1"]),
    "HIP": ("HIS", "HIS", []),
    "CYX": ("CYS", "CYS", ["HG"]),
    "CYM": ("CYS", "CYS", ["HG"]),
    "ASH": ("ASP", "ASP", []),
    "GLH": ("GLU", "GLU", []),
    "LYN": ("LYS", "LYS", ["HZ1"]),
    "MSE": ("MSE", "MET", []),
    "SEP": ("SEP", "SER", ["HOP2", "HOP3"]),
    "TPO": ("TPO", "THR", ["HOP2", "HOP3"]),
    "PTR": ("PTR", "TYR", ["HO2P", "HO3P"]),
}
CAPS = {"ACE": ["H"], "NME": ["HN2"], "NH2": []}
DROPPED = {"ASP": ["HD2"], "GLU": ["HE2"]}
# Degrees in proline's ring, Engh and Huber (Acta Cryst. 1991, A47, 392); the component's ideal ring is too regular.
PROLINE_RING = {
    ("CA", "N", "CD"): 112.0, ("N", "CA", "CB"): 103.0, ("CA", "CB", "CG"): 104.5, ("CB", "CG", "CD"): 106.1,
    ("CG", "CD", "N"): 103.2,
}  # fmt: skip
WATER_BOND, WATER_ANGLE = 0.9572, 104.52  # Å, degrees
WATER_NAMES = {"OW": "O", "OH2": "O", "HW1": "H1", "HW2": "H2"}
FREE_ENDS = {"OXT", "HXT", "H2", "H3"}


def conformer(component, dropped):
    """Atoms, elements, bonds and coordinates of a component as it stands in a chain."""
    residue = info.residue(component)
    names = [str(n) for n in residue.atom_name]
    ends = FREE_ENDS if component not in CAPS else set()
    keep = [i for i, n in enumerate(names) if n not in ends and n not in dropped]
    first = {n: i for i, n in enumerate("N CA C O CB".split())}
    keep.sort(key=lambda i: (residue.element[i] == "H", first.get(names[i], 9) if component not in CAPS else 0, i))
    place = {i: k for k, i in enumerate(keep)}
    bonds = [(place[a], place[b]) for a, b, _ in residue.bonds.as_array().tolist() if a in place and b in place]
    elements = [str(residue.element[i]).capitalize() for i in keep]
    coordinates = residue.coord[keep]
    at = {names[i]: k for k, i in enumerate(keep)}
    if "NH1" in at:  # by convention it is arginine's NH1 that is cis to CD; the component has it the other way
        one, two = ([at[n] for n in group if n in at] for group in (("NH1", "HH11", "HH12"), ("NH2", "HH21", "HH22")))
        if np.linalg.norm(coordinates[at["CD"]] - coordinates[one[0]]) > 3.3:
            coordinates[one + two] = coordinates[two + one]
    return [names[i] for i in keep], elements, sorted(tuple(sorted(b)) for b in bonds), coordinates


def amber():
    """Atom types by residue, and reference lengths (Å) and angles (degrees) by types."""
    root = ET.parse(OPENMM / "amber14/protein.ff14SB.xml").getroot()
    types = {r.get("name"): {a.get("name"): a.get("type") for a in r.iter("Atom")} for r in root.iter("Residue")}
    lengths, angles = {}, {}
    for bond in root.find("HarmonicBondForce"):
        lengths[frozenset((bond.get("type1"), bond.get("type2")))] = 10 * float(bond.get("length"))
    for angle in root.find("HarmonicAngleForce"):
        value = math.degrees(float(angle.get("angle")))
        for ends in (("type1", "type3"), ("type3", "type1")):
            angles[angle.get(ends[0]), angle.get("type2"), angle.get(ends[1])] = value
    return types, lengths, angles


def flatness(points):
    """Largest distance of points from their best plane, in Å."""
    centred = points - points.mean(0)
    return np.abs(centred @ np.linalg.svd(centred)[2][2]).max()


def planar_groups(graph, coordinates, elements):
    """Sets of coplanar heavy atoms: flat centres with their neighbours, joined where they share a bond and a plane."""
    heavy = [i for i in graph if elements[i] != "H"]
    groups = []
    for i in heavy:
        around = sorted(graph[i])
        if len(around) == 3 and flatness(coordinates[[i, *around]]) < 0.05:
            groups.append({i, *(j for j in around if elements[j] != "H")})
    merged = True
    while merged:
        merged = False
        for a, b in combinations(groups, 2):
            joined = a | b
            if len(a & b) >= 2 and flatness(coordinates[sorted(joined)]) < 0.08:
                groups = [g for g in groups if g not in (a, b)] + [joined]
                merged = True
                break
    return [sorted(g) for g in groups if len(g) > 3]


def handed(graph, coordinates, elements, names):
    """Tetrahedral centres with three heavy neighbours: true stereocentres, and those that only order names."""
    true, naming = [], []
    for i in graph:
        around = sorted(j for j in graph[i] if elements[j] != "H")
        if elements[i] != "C" or len(around) != 3 or len(graph[i]) != 4:
            continue
        a, b, c = (coordinates[j] - coordinates[i] for j in around)
        if a @ np.cross(b, c) < 0:
            around = [around[0], around[2], around[1]]
        alike = [j for j in around if elements[j] == "C" and len([k for k in graph[j] if elements[k] != "H"]) == 1]
        (naming if len(alike) > 1 else true).append([i, *around])
    return true, naming


def swaps(graph, elements, naming):
    """Smallest exchanges of heavy atoms that leave the bond graph as it is, but for those that handedness names."""
    heavy = nx.Graph(graph.subgraph([i for i in graph if elements[i] != "H"]))
    # with their hydrogens: serine's C=O and CB-OG look alike without
    kinds = {i: (elements[i], sum(elements[j] == "H" for j in graph[i])) for i in heavy}
    nx.set_node_attributes(heavy, kinds, "kind")
    matcher = nx.isomorphism.GraphMatcher(heavy, heavy, node_match=lambda a, b: a["kind"] == b["kind"])
    named = {j for row in naming for j in row[1:]}
    found = set()
    for image in matcher.isomorphisms_iter():
        moved = {frozenset((a, b)) for a, b in image.items() if a != b}
        if moved and all(image[image[a]] == a for a in image) and not named & {a for p in moved for a in p}:
            found.add(frozenset(moved))
    smallest = [f for f in found if not any(g < f for g in found)]
    return sorted(sorted(sorted(p) for p in group) for group in smallest)


def build(name, component, parent, dropped, tables):
    """One template as a JSON object."""
    atoms, elements, bonds, coordinates = conformer(component, dropped)
    graph = nx.Graph(bonds)
    graph.add_nodes_from(range(len(atoms)))
    types, lengths, angles = tables
    known = types.get(name, types.get(parent, {}))
    kind = [known.get(a, a) for a in atoms]

    in_ring = {i for ring in nx.cycle_basis(graph) for i in ring}

    def length(i, j):
        measured = float(np.linalg.norm(coordinates[i] - coordinates[j]))
        return round(lengths.get(frozenset((kind[i], kind[j])), measured), 4)

    def angle(i, j, k):
        a, b = coordinates[i] - coordinates[j], coordinates[k] - coordinates[j]
        measured = math.degrees(math.acos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        corner = tuple(atoms[m] for m in (i, j, k))
        if parent == "PRO" and (known_corner := PROLINE_RING.get(corner, PROLINE_RING.get(corner[::-1]))):
            return known_corner
        if j in in_ring:  # Amber's angles in small rings are balanced by the ring and are not its geometry
            return round(measured, 2)
        return round(angles.get((kind[i], kind[j], kind[k]), measured), 2)

    bent = [(i, j, k) for j in sorted(graph) for i, k in combinations(sorted(graph[j]), 2)]
    true, naming = handed(graph, coordinates, elements, atoms)
    return {
        "parent": parent,
        "kind": "cap" if component in CAPS else "amino",
        "atoms": atoms,
        "elements": elements,
        "bonds": bonds,
        "bond_lengths": [length(*b) for b in bonds],
        "angles": bent,
        "angle_values": [angle(*t) for t in bent],
        "chiral": true,
        "prochiral": naming,
        "planar": planar_groups(graph, coordinates, elements),
        "symmetric": swaps(graph, elements, naming),
        "coordinates": np.round(coordinates.astype(float), 3).tolist(),
    }


def alternative_names():
    """Alternative atom names by residue ("Protein" for all), from OpenMM."""
    found = {}
    for residue in ET.parse(OPENMM / "pdbNames.xml").getroot():
        if residue.get("name") == "Protein" or residue.get("type") == "Protein":
            found[residue.get("name")] = {
                alt: atom.get("name") for atom in residue for key, alt in atom.items() if key.startswith("alt")
            }
    return found


def solvent():
    """Water, as in TIP3P (Jorgensen et al., J. Chem. Phys. 1983, 79, 926), and ions."""
    half = math.radians(WATER_ANGLE / 2)
    x, y = round(WATER_BOND * math.sin(half), 4), round(WATER_BOND * math.cos(half), 4)
    rigid = {"planar": [], "chiral": [], "prochiral": [], "symmetric": []}
    water = {
        "parent": WATER, "kind": "water", "atoms": ["O", "H1", "H2"], "elements": ["O", "H", "H"],
        "bonds": [[0, 1], [0, 2]], "bond_lengths": [WATER_BOND] * 2, "angles": [[1, 0, 2]],
        "angle_values": [WATER_ANGLE], **rigid, "coordinates": [[0, 0, 0], [x, y, 0], [-x, y, 0]],
    }  # fmt: skip
    ions = {
        ion.name: {
            "parent": ion.name, "kind": "ion", "atoms": [ion.name], "elements": [ion.element], "bonds": [],
            "bond_lengths": [], "angles": [], "angle_values": [], **rigid, "coordinates": [[0, 0, 0]],
        }
        for ion in IONS.values()
    }  # fmt: skip
    return {WATER: water, **ions}


def main():
    """Write the files."""
    tables = amber()
    templates = {name: build(name, name, name, DROPPED.get(name, []), tables) for name in AMINO}
    for name, (component, parent, dropped) in VARIANTS.items():
        templates[name] = build(name, component, parent, dropped, tables)
    for name, dropped in CAPS.items():
        templates[name] = build(name, name, name, dropped, tables)
    write("templates.json", templates, alternative_names())
    ion_names = {name: {bead: name for bead in ion.beads if bead != name} for name, ion in IONS.items()}
    write("templates-solvent.json", solvent(), {WATER: WATER_NAMES, **ion_names})


def write(name, templates, atom_names):
    """Write one file, a template a line."""
    text = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in templates.items())
    (OUTPUT / name).write_text(f'{{"templates": {{\n{text}\n}},\n"atom_names": {json.dumps(atom_names)}\n}}\n')


if __name__ == "__main__":
    main()
