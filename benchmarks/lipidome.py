"""Run every molecule of the Martini 3 lipidome through the pipeline, from beads of its own conformer.

``python benchmarks/lipidome.py FILE [--only NAME ...]``, where FILE is a JSON object with ``molecules``, each with
``name``, ``file`` and ``beads``. Beads are those of the template's conformer. What is built is judged: handedness,
double bonds, contacts, bonds off by more than 10 %, and how far atoms' centres are from their beads.
"""

import argparse
import json
import time
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np

from unbead.chem.angles import dihedral
from unbead.chem.particles import Particles, Residues, join
from unbead.chem.solvent import name_repeated, solvent_kinds
from unbead.chem.torsions.cis_trans import forms
from unbead.errors import UnbeadError
from unbead.mapping.fit import fit_residues
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.structure import open_system
from unbead.pipeline.system import BackmapOptions

CONTACT, OFF = 1.2, 0.10  # Å, and the share of a bond's length
APART = 80.0  # Å between molecules
FAULTS = ("mirrored", "double", "contact", "off")


def system_of(name, beads, positions):
    """One residue of beads."""
    blank = np.array([""])
    table = Residues(np.array([name]), np.array([1]), blank, blank, blank, np.zeros(1, bool))
    zeros = np.zeros(len(beads), np.int64)
    x = np.asarray(positions, np.float32)
    return Particles(np.array(beads), x, zeros, table, np.full(len(beads), ""), np.zeros(len(beads), np.float32))


def beads_of(name, beads, mapping):
    """The residue at the beads of its template's conformer, and the template; a spot each for solvent and sites."""
    start = name_repeated(system_of(name, beads, np.arange(3 * len(beads)).reshape(-1, 3)))
    if solvent_kinds(start).known.all():
        return start, None
    kind = fit_residues(start, mapping).kinds[0]
    if kind.misfit or kind.template is None:
        raise UnbeadError(kind.misfit or "no template")
    known, molecule = kind.template, kind.molecule
    columns = [molecule.atoms.index(atom) for atom in known.atoms[: known.n_heavy]]
    weights = molecule.weights[:, columns]
    centres = (weights / weights.sum(1, keepdims=True)) @ known.coordinates[: known.n_heavy]
    at = dict(zip(molecule.beads, centres, strict=True))
    return start.with_positions(
        np.array([at.get(bead, centres.mean(0)) for bead in start.names.tolist()], np.float32)
    ), known


def judge(known, atoms):
    """Faults of one residue: mirrored centres, wrong double bonds, contacts, bonds off."""
    x = atoms.positions[: known.n_heavy].astype(np.float64)
    assert atoms.names[: known.n_heavy].tolist() == list(known.atoms[: known.n_heavy])
    mirrored = sum(np.linalg.det(x[row[1:]] - x[row[0]]) < 0 for row in known.chiral.tolist())
    rows = forms(known)
    wrong = sum(int(abs(dihedral(*x[row[:4]])) > 90) != row[4] for row in rows.tolist())
    bonds = (known.bonds < known.n_heavy).all(1)
    i, j = known.bonds[bonds].T
    off = np.abs(np.linalg.norm(x[i] - x[j], axis=1) / known.bond_lengths[bonds] - 1) > OFF
    near = np.linalg.norm(x[:, None] - x, axis=-1) + 10 * np.eye(len(x))
    near[i, j] = near[j, i] = 10
    return int(mirrored), wrong, int((near < CONTACT).sum() // 2), int(off.sum())


def run(entries, mapping):
    """Build one file's molecules as one system, far apart; what was built, and the faults of each."""
    systems, kinds = [], []
    for entry in entries:
        try:
            beads, known = beads_of(entry["name"], entry["beads"], mapping)
        except UnbeadError as error:
            print(f"{entry['name']}: {error}")
            continue
        n = len(systems)
        shift = np.array([n % 10, n // 10 % 10, n // 100], np.float32) * APART
        beads = replace(beads, residues=replace(beads.residues, numbers=np.array([n + 1])))
        systems.append(beads.with_positions(beads.positions - beads.positions.mean(0) + shift))
        kinds.append((entry["name"], known))
    if not systems:
        return [], np.zeros(0)
    system = open_system(join(systems), "martini3", None, "cpu", BackmapOptions())
    frame = system(join(systems).positions, None)
    atoms = system.atoms.with_positions(frame.positions)
    assembly = system.assembly
    placed = set(assembly.atoms.residues.numbers[~system.backmapper.by_template].tolist())
    numbers = atoms.residues.numbers[atoms.residue_index]
    found = []
    for n, (name, known) in enumerate(kinds, 1):
        faults = None if known is None else judge(known, atoms.select(np.flatnonzero(numbers == n)))
        found.append((name, known, faults, n in placed))
    return found, frame.bead_distances


def main():
    """Print a table by file of the lipidome, and what failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    molecules = json.loads(options.file.read_text())["molecules"]
    groups = defaultdict(list)
    for entry in molecules:
        if not options.only or {entry["name"], entry["file"]} & set(options.only):
            groups[entry["file"]].append(entry)
    mapping = load_mapping("martini3")
    start, total = time.perf_counter(), Counter()
    print("| file | built | by the network | mirrored | double bonds | < 1.2 Å | bonds off | beads Å |")
    print("|---|---|---|---|---|---|---|---|")
    for group, entries in groups.items():
        found, distances = run(entries, mapping)
        c = Counter(all=len(entries), built=len(found))
        for name, known, faults, network in found:
            c["network"] += network and known is not None
            if faults is not None and any(faults):
                print(f"{name} ({known.name}): mirrored, double bonds, contacts, bonds off: {faults}")
            for what, count in zip(FAULTS, faults or (), strict=False):
                c[what] += count > 0
        mean = distances.mean() if len(distances) else 0.0
        row = f"| {group} | {c['built']} of {c['all']} | {c['network']} |"
        print(row + "".join(f" {c[what]} |" for what in FAULTS) + f" {mean:.2f} |", flush=True)
        total += c
    print(f"{total['built']} of {total['all']} built, {total['network']} by a network,"
          f" in {time.perf_counter() - start:.0f} s; {dict(total)}")  # fmt: skip


if __name__ == "__main__":
    main()
