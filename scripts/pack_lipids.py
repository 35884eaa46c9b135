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

import numpy as np

from unbead.chem.elements import guess_element
from unbead.chem.templates import template
from unbead.train.config import TrajectorySource
from unbead.train.data.name_matching import rename, same_isomer
from unbead.train.data.systems import make_system, save_systems
from unbead.train.data.trajectories import read_trajectory

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
    every, names, residues = data["xyz_mA"] * 1e-3, data["names"], data["resnames"]
    starts = np.flatnonzero(np.diff(data["resids"], prepend=-1))
    ends = [*starts[1:], len(names)]
    kinds = {}
    for a, b in zip(starts, ends, strict=True):
        kinds.setdefault((str(residues[a]), tuple(names[a:b].tolist())), []).append(every[a:b])
    rows, told = [], []
    for (given, atoms), parts in kinds.items():
        residue = RESIDUES.get(given, given)
        if template(residue) is None:
            told.append(f"{residue} has no template ({len(parts)})")
            continue
        elements = [guess_element(name) for name in atoms]
        x = np.array(parts)
        found = x[:, rename(elements, bonds_of[atoms], x, template(residue))]
        good = same_isomer(found, template(residue))
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
    for path in sorted((source / "berger_ua").glob("*.gro")):
        files = TrajectorySource(structure=path, trajectory=path.with_suffix(".xtc"), residues=RESIDUES)
        systems[path.stem] = read_trajectory(files)
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
