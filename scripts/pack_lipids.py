"""Pack all-atom and united-atom bilayers as training sets: ``train.npz``, ``valid.npz``, ``test.npz``.

Force fields name lipid atoms as they like. Atoms get the template's names through the bond graph of the heavy atoms;
where the graph leaves a choice, handedness makes it. Molecules whose handed centres or double bonds differ from the
template are left out and counted. Sources are split as a whole, never by molecule.

Run: ``python scripts/pack_lipids.py LIPIDS OUTPUT`` with the folder that holds ``systems/*.npz`` (``xyz_mA``,
``names``, ``resnames``, ``resids``, ``box_A``), ``lipid_molecules.npz`` (names and bonds of each kind of molecule) and
``berger_ua/*.gro`` with ``*.xtc``.
"""

import sys
from collections import Counter
from pathlib import Path

import MDAnalysis as mda
import networkx as nx
import numpy as np
from networkx.algorithms.isomorphism import GraphMatcher

from unbead.chem.elements import guess_element
from unbead.chem.templates import template
from unbead.train.systems import make_system, save_systems

# Residue names of the sources that are not those of the templates.
RESIDUES = {"CHOL": "CHL1", "PLA": "POPC"}
# Sources of the test and of the validation set; all others train.
TEST = (
    "charmm36_POPCchol_0__POPC_0CHL",
    "charmm36_POPCchol_50__POPC_50CHOL",
    "Lipid14_POPCpure_popcRUN2",
    "Slipids_DPPCpure_DPPC_323K",
    "openmm_POPE",
    "MATCH_Lipid_Bilayers_POPG_T298K_MODEL_CHARMM_GUI_run",
)
VALID = ("openmm_POPC", "charmm36_POPCchol_20__POPC_20CHOL")
NO_BOX = ("YiiP",)  # frames that were rotated onto a protein
LOOSE = ("charmm36_POPCchol_20",)  # molecules are sound, their packing is not: each is put far from the others
FAR = 100.0  # Å between molecules without packing
BONDED = 1.95  # Å


def graph_of(elements, bonds):
    """Bond graph with elements."""
    graph = nx.Graph()
    graph.add_nodes_from((i, {"element": e}) for i, e in enumerate(elements))
    graph.add_edges_from(bonds)
    return graph


def heavy_template(name):
    """Template and its heavy bond graph."""
    known = template(name)
    if known is None:
        return None, None
    n = known.n_heavy
    return known, graph_of(known.elements[:n], [b for b in known.bonds.tolist() if max(b) < n])


def volumes(x, quads):
    """Signed volumes of centres, shape (n_molecules, n_quads)."""
    c, a, b, d = (x[:, quads[:, k]] for k in range(4))
    return (np.cross(a - c, b - c) * (d - c)).sum(-1)


def cis_bonds(known):
    """Quadruples around double bonds between carbons: ends are a planar group's atoms with one neighbour in it."""
    found = []
    bonds = {frozenset(b) for b in known.bonds.tolist()}
    for group in known.planar:
        if len(group) != 4 or any(known.elements[i] != "C" for i in group):
            continue
        inner = [i for i in group if sum(frozenset((i, j)) in bonds for j in group) == 2]
        if len(inner) == 2:
            ends = [next(j for j in group if j not in inner and frozenset((i, j)) in bonds) for i in inner]
            found.append((ends[0], *inner, ends[1]))
    return np.array(found, int).reshape(-1, 4)


def is_cis(x, quads):
    """Whether the outer atoms lie on one side, shape (n_molecules, n_quads)."""
    a, b, c, d = (x[:, quads[:, k]] for k in range(4))
    axis = c - b
    one = a - b - axis * ((a - b) * axis).sum(-1, keepdims=True) / (axis**2).sum(-1, keepdims=True)
    two = d - c - axis * ((d - c) * axis).sum(-1, keepdims=True) / (axis**2).sum(-1, keepdims=True)
    return (one * two).sum(-1) > 0


def rename(elements, bonds, x, residue):
    """Columns of `x`, shape (n_molecules, n_atoms, 3), in template order, and which molecules are as the template."""
    known, goal = heavy_template(residue)
    heavy = [i for i, e in enumerate(elements) if e != "H"]
    own = graph_of(elements, bonds).subgraph(heavy)
    quads = np.concatenate([known.chiral, known.prochiral])
    quads = quads[(quads < known.n_heavy).all(1)]
    expected = np.sign(volumes(known.coordinates[None], quads))
    best, right = None, -1.0
    matcher = GraphMatcher(goal, own, node_match=lambda a, b: a["element"] == b["element"])
    for image in matcher.isomorphisms_iter():
        order = [image[i] for i in range(known.n_heavy)]
        share = (np.sign(volumes(x[:, order], quads)) == expected).mean() if len(quads) else 1.0
        if share > right:
            best, right = order, share
    if best is None:
        raise SystemExit(f"{residue}: bonds of the source do not fit the template")
    x = x[:, best]
    double = cis_bonds(known)
    good = (np.sign(volumes(x, quads)) == expected).all(1)
    good &= (is_cis(x, double) == is_cis(known.coordinates[None], double)).all(1)
    return x, good


def frame_of(kinds):
    """One frame of molecules [(residue, x of shape (n, atoms, 3))] as names, residue index, residues and positions."""
    names, residues, positions = [], [], []
    for residue, x in kinds:
        known = template(residue)
        names += [known.atoms[: known.n_heavy]] * len(x)
        residues += [residue] * len(x)
        positions.append(x.reshape(-1, 3))
    index = np.repeat(np.arange(len(names)), [len(n) for n in names])
    return np.concatenate(names), index, np.array(residues), np.concatenate(positions)


def bilayer(path, bonds_of):
    """A system of `systems/*.npz`."""
    data = np.load(path)
    x, names, residues = data["xyz_mA"] * 1e-3, data["names"], data["resnames"]
    starts = np.flatnonzero(np.diff(data["resids"], prepend=-1))
    ends = [*starts[1:], len(names)]
    kinds = {}
    for a, b in zip(starts, ends, strict=True):
        kinds.setdefault((str(residues[a]), tuple(names[a:b].tolist())), []).append(x[a:b])
    rows, told = [], []
    for (residue, atoms), parts in kinds.items():
        residue = RESIDUES.get(residue, residue)
        if template(residue) is None:
            told.append(f"{residue} has no template ({len(parts)})")
            continue
        elements = [guess_element(name) for name in atoms]
        found, good = rename(elements, bonds_of[atoms], np.array(parts), residue)
        told.append(f"{residue} {good.sum()} of {len(good)}")
        if path.stem.startswith(LOOSE):
            found = found - found.mean(1, keepdims=True)
            found[:, :, 0] += FAR * np.arange(len(found))[:, None] + 1e4 * len(rows)
        rows.append((residue, found[good]))
    print(path.stem, ", ".join(told))
    if not rows:
        return None
    box = np.array([[*data["box_A"], 90, 90, 90]], np.float32)
    if path.stem.startswith((*NO_BOX, *LOOSE)):
        box[:] = 0
    atoms, index, residues, positions = frame_of(rows)
    return make_system(path.stem, atoms, index, residues, positions[None].astype(np.float32), box)


def united(path):
    """A trajectory of `berger_ua`; molecules that are unlike the template in any frame are left out."""
    universe = mda.Universe(str(path), str(path.with_suffix(".xtc")))
    kinds = {}
    for residue in universe.residues:
        kinds.setdefault((residue.resname, tuple(residue.atoms.names)), []).append(residue.atoms.indices)
    frames = np.array([step.positions.copy() for step in universe.trajectory])
    boxes = np.array([step.dimensions.copy() for step in universe.trajectory], np.float32)
    rows, told = [], []
    for (residue, atoms), members in kinds.items():
        x = frames[:, np.array(members)]  # (frames, molecules, atoms, 3)
        size = boxes[:, None, None, :3]
        elements = ["H" if name == "H" else guess_element(name) for name in atoms]
        heavy = [i for i, e in enumerate(elements) if e != "H"]
        apart = x[0, :, :, None] - x[0, :, None]
        apart = np.linalg.norm(apart - size[0] * np.round(apart / size[0]), axis=-1).max(0)
        bonds = [(i, j) for i in heavy for j in heavy if i < j and apart[i, j] < BONDED]
        graph = graph_of(elements, bonds)
        for a, b in nx.bfs_edges(graph, heavy[0]):  # whole molecules
            step = x[:, :, b] - x[:, :, a]
            x[:, :, b] = x[:, :, a] + step - size[:, :, 0] * np.round(step / size[:, :, 0])
        residue = RESIDUES.get(residue, residue)
        found, good = rename(elements, bonds, x.reshape(-1, len(atoms), 3), residue)
        good = good.reshape(len(x), -1)
        told.append(f"{residue} {good.all(0).sum()} of {good.shape[1]}")
        rows.append((residue, found.reshape(len(x), good.shape[1], -1, 3)[:, good.all(0)]))
    print(path.stem, ", ".join(told))
    made = [frame_of([(residue, x[k]) for residue, x in rows]) for k in range(len(frames))]
    positions = np.array([frame[3] for frame in made], np.float32)
    return make_system(path.stem, *made[0][:3], positions, boxes)


def main():
    """Write the sets."""
    source, output = (Path(argument) for argument in sys.argv[1:])
    molecules = np.load(source / "lipid_molecules.npz")
    bonds_of = {
        tuple(molecules[key].tolist()): molecules[key.replace("_names", "_bonds")].tolist()
        for key in molecules.files
        if key.endswith("_names")
    }
    made = [bilayer(path, bonds_of) for path in sorted((source / "systems").glob("*.npz"))]
    systems = {system.name: system for system in made if system is not None}
    systems |= {path.stem: united(path) for path in sorted((source / "berger_ua").glob("*.gro"))}
    sets = {"test": TEST, "valid": VALID, "train": [n for n in systems if n not in (*TEST, *VALID)]}
    for name, members in sets.items():
        save_systems(output / f"{name}.npz", [systems[member] for member in members])
        count = Counter()
        for member in members:
            count += Counter(
                {
                    str(k): len(systems[member].frames) * v
                    for k, v in Counter(systems[member].atoms.residues.names.tolist()).items()
                }
            )
        print(name, len(members), "systems", dict(count))


if __name__ == "__main__":
    main()
