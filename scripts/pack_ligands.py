"""Pack single molecules, NECA and ZMA: ``nec.pdb``, ``zma.pdb`` and sets of frames to train and to test.

Every fifth frame trains, 200 in all; the others test. ZMA's atoms get the names of its mapping file through the bond
graph, the most orderly way of those that fit; NECA's have them.

Run: ``python scripts/pack_ligands.py DATA OUTPUT`` with the folder that holds ``neca/neca.gro`` and ``.xtc``,
``ligand_zma/zma.mol`` and ``zma_mmff_md.npz``, and ``mappings/yaml_grammar_examples``.
"""

import sys
from pathlib import Path

import MDAnalysis as mda
import numpy as np

from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import automorphisms
from unbead.io.universe import quiet
from unbead.mapping.grammar import parse_file
from unbead.mapping.match import Graph, match_names
from unbead.train.data.systems import make_system, save_systems

EVERY, COUNT = 5, 200


def neca(data):
    """Names, elements and frames of NECA."""
    with quiet():
        universe = mda.Universe(str(data / "neca/neca.gro"), str(data / "neca/neca.xtc"))
    frames = np.array([step.positions.copy() for step in universe.trajectory])
    names = universe.atoms.names.tolist()
    return names, [name[0] for name in names], frames


def zma(data):
    """Names, elements and frames of ZMA."""
    archive = np.load(data / "ligand_zma/zma_mmff_md.npz")
    molecule, _ = read_molecule(str(data / "ligand_zma/zma.mol"))
    elements = archive["elements"].tolist()
    graph = Graph(tuple(elements), archive["bonds"], automorphisms(molecule))
    file = parse_file(data / "mappings/yaml_grammar_examples/zma/zma.amber.yaml")
    return list(match_names(file, graph)[0]), elements, archive["xyz_mA"] * 1e-3


def write_pdb(path, residue, names, elements, x):
    """Write one conformer."""
    line = "HETATM{:5d} {:<4s} {:3s} A   1    {:8.3f}{:8.3f}{:8.3f}  1.00  0.00          {:>2s}\n"
    rows = (line.format(i, f" {n}" if len(n) < 4 else n, residue, *p, e) for i, (n, e, p) in
            enumerate(zip(names, elements, x, strict=True), 1))  # fmt: skip
    path.write_text("".join(rows) + "END\n")


def main():
    """Write the files."""
    data, output = (Path(argument) for argument in sys.argv[1:])
    for residue, read in (("NEC", neca), ("ZMA", zma)):
        names, elements, frames = read(data)
        stem = residue.lower()
        write_pdb(output / f"{stem}.pdb", residue, names, elements, frames[0])
        number = np.arange(len(frames))
        trains = (number % EVERY == 0) & (number < EVERY * COUNT)
        index, residues = np.zeros(len(names), int), np.array([residue])
        for part, chosen in (("train", trains), ("test", ~trains)):
            system = make_system(stem, np.array(names), index, residues, frames[chosen].astype(np.float32))
            save_systems(output / f"{stem}-{part}.npz", [system])


if __name__ == "__main__":
    main()
