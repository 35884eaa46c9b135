"""Molecules rebuilt without any network: template conformers laid onto beads and relaxed.

Run: ``python benchmarks/by_template.py DATA [--only neca zma lipids nucleic]``, where DATA has the folders ``neca`` and
``ligand_zma`` (trajectories of single molecules), ``lipids/systems``, ``bonus`` (nucleic acids) and
``mappings/yaml_grammar_examples``. Atoms are mapped onto beads, and the beads turned back; all heavy atoms, no
superposition, names of symmetric atoms resolved.
"""

import argparse
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import MDAnalysis as mda
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import automorphisms
from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import template
from unbead.io.read import read_structure
from unbead.io.write import write_structure
from unbead.mapping.assemble import Assembly, assemble
from unbead.mapping.coarsen import coarsen
from unbead.mapping.grammar import parse_file
from unbead.mapping.mapping import Mapping, load_mapping
from unbead.mapping.match import Graph, match_names
from unbead.pipeline.user_molecules import UserMolecules, choose_mapping
from unbead.placement.backmapper import Backmapper
from unbead.validate.system import system_numbers

Case = tuple[str, Particles, Mapping]
APART = 40.0  # Å between copies of a single molecule


def copies(name: str, atoms: list[str], elements: list[str], frames: NDArray) -> Particles:
    """Put frames of one molecule beside each other."""
    m, n = frames.shape[:2]
    none = np.full(m, "")
    residues = Residues(np.full(m, name), np.arange(1, m + 1), none, np.full(m, "A"), none, np.zeros(m, bool))
    side = int(np.ceil(m ** (1 / 3)))
    place = APART * np.stack(np.unravel_index(np.arange(m), (side,) * 3), 1)
    x = frames - frames.mean(1, keepdims=True) + place[:, None]
    return Particles(
        np.tile(np.array(atoms), m), x.reshape(-1, 3).astype(np.float32), np.repeat(np.arange(m), n), residues,
        np.tile(np.array(elements), m), np.zeros(m * n, np.float32),
    )  # fmt: skip


def with_mapping(atoms: Particles, name: str, structure: str, file: Path) -> Case:
    """Give a molecule by its structure and mapping file."""
    mapping = choose_mapping(atoms, str(file.parent), UserMolecules({name: structure}))
    return name, atoms, mapping


def neca(data: Path) -> Iterator[Case]:
    """NECA: names are those of the mapping file, which the first frame gives."""
    universe = mda.Universe(str(data / "neca/neca.gro"), str(data / "neca/neca.xtc"))
    frames = np.array([universe.atoms.positions.copy() for _ in universe.trajectory])
    names = universe.atoms.names.tolist()
    atoms = copies("NEC", names, [name[0] for name in names], frames)
    with tempfile.TemporaryDirectory() as folder:
        write_structure(Path(folder) / "nec.pdb", atoms.select_residues(np.arange(len(frames)) == 0))
        yield with_mapping(
            atoms, "NEC", f"{folder}/nec.pdb", data / "mappings/yaml_grammar_examples/neca/neca.amber.yaml"
        )


def zma(data: Path) -> Iterator[Case]:
    """ZMA: names follow from the bond graph, here the first way that fits; the beads then lead to the same way."""
    archive = np.load(data / "ligand_zma/zma_mmff_md.npz")
    structure, file = str(data / "ligand_zma/zma.mol"), data / "mappings/yaml_grammar_examples/zma/zma.amber.yaml"
    molecule, _ = read_molecule(structure)
    elements = tuple(archive["elements"].tolist())
    names = match_names(parse_file(file), Graph(elements, archive["bonds"], automorphisms(molecule)))[0]
    atoms = copies("ZMA", list(names), list(elements), archive["xyz_mA"] / 1000)
    mapping = load_mapping(file.parent)
    yield "ZMA", atoms, choose_mapping(coarsen(atoms, mapping), str(file.parent), UserMolecules({"ZMA": structure}))


def lipids(data: Path) -> Iterator[Case]:
    """Bilayers, lipids only, in their boxes."""
    for path in sorted((data / "lipids/systems").glob("charmm36*.npz")):
        archive = np.load(path)
        change = (np.diff(archive["resids"]) != 0) | (archive["resnames"][1:] != archive["resnames"][:-1])
        index = np.concatenate([[0], np.cumsum(change)])
        m = int(index[-1]) + 1
        first = np.searchsorted(index, np.arange(m))
        none = np.full(m, "")
        residues = Residues(archive["resnames"][first], np.arange(1, m + 1), none, none, none, np.zeros(m, bool))
        box = np.concatenate([archive["box_A"], [90, 90, 90]]).astype(np.float32)
        atoms = Particles(
            archive["names"], (archive["xyz_mA"] / 1000).astype(np.float32), index, residues,
            np.array([name[0] for name in archive["names"]]), np.zeros(len(index), np.float32), box,
        )  # fmt: skip
        yield path.stem, atoms, load_mapping("martini3")


def nucleic(data: Path) -> Iterator[Case]:
    """DNA and RNA by several mappings."""
    for path in sorted((data / "bonus").glob("*.pdb*")):
        for name in ("martini2", "residue-com", "ca"):
            atoms = nucleotides(path)
            yield f"{path.name.split('.')[0]} {name}", atoms, load_mapping(name)


def nucleotides(path: Path) -> Particles:
    """The nucleotides of a file."""
    atoms = read_structure(path)
    known = [template(str(name)) for name in atoms.residues.names]
    return atoms.select_residues(np.array([found is not None and found.kind == "nucleotide" for found in known]))


def truth_of(assembly: Assembly, atoms: Particles) -> NDArray[np.float64]:
    """Reference positions of the atoms that are built; NaN where there are none."""
    at = {
        (int(k), name): x
        for k, name, x in zip(atoms.residue_index, atoms.names.tolist(), atoms.positions.astype(float), strict=True)
    }
    built = zip(assembly.atoms.residue_index.tolist(), assembly.atoms.names.tolist(), strict=True)
    return np.array([at.get(key, np.full(3, np.nan)) for key in built])


def squared_errors(assembly: Assembly, found: NDArray, truth: NDArray) -> NDArray[np.float64]:
    """Mean squared error of each residue in Å², with symmetric atoms named as suits it best."""
    first = np.searchsorted(assembly.atoms.residue_index, np.arange(len(assembly.template_names)))
    total = np.full(len(first), np.nan)
    for name in np.unique(assembly.template_names):
        known, rows = template(str(name)), np.flatnonzero(assembly.template_names == name)
        assert known is not None, name
        slots = first[rows][:, None] + np.arange(known.n_heavy)
        x, y = found[slots], truth[slots]
        for swap in known.symmetric * 2:  # a second time, since swaps may follow each other
            order = np.arange(known.n_heavy)
            for i, j in swap:
                order[[i, j]] = order[[j, i]]
            better = np.nansum((x[:, order] - y) ** 2, (1, 2)) < np.nansum((x - y) ** 2, (1, 2))
            x[better] = x[better][:, order]
        total[rows] = np.nanmean(((x - y) ** 2).sum(-1), 1)
    return total


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    known = {"neca": neca, "zma": zma, "lipids": lipids, "nucleic": nucleic}
    parser.add_argument("--only", nargs="+", choices=known, default=list(known))
    options = parser.parse_args()
    heads = ("molecules", "residues", "RMSD Å", "median", "95 %", "largest", "laid only", "chirality", "double bonds",
             "bonds off %", "clashscore", "beads Å", "seconds")  # fmt: skip
    table = Table(*heads)
    for source in options.only:
        for name, atoms, mapping in known[source](options.data):
            assembly = assemble(coarsen(atoms, mapping), mapping)
            truth = truth_of(assembly, atoms)
            rows = {}
            for relax in (False, True):
                started = time.perf_counter()
                backmapper = Backmapper(assembly, [], torch.device("cpu"), relax)
                answer = backmapper(assembly.beads.positions, assembly.beads.box)
                rows[relax] = np.sqrt(squared_errors(assembly, answer.positions.astype(float), truth))
                seconds = time.perf_counter() - started
            numbers = system_numbers(assembly, answer.positions, assembly.beads.positions)
            last = [
                f"{numbers['wrong_chirality']:.0f}", f"{numbers['turned_double_bonds']:.0f}",
                f"{numbers['broken_bonds_percent']:.2f}", f"{numbers['clashscore']:.1f}", f"{numbers['bead_mean']:.2f}",
                f"{seconds:.0f}",
            ]  # fmt: skip
            kinds = np.array([template(str(kind)).kind for kind in assembly.template_names])  # type: ignore[union-attr]
            for kind in np.unique(kinds):
                rmsd, laid = rows[True][kinds == kind], rows[False][kinds == kind]
                quantiles = (f"{np.percentile(rmsd, q):.2f}" for q in (50, 95, 100))
                table.add_row(
                    f"{name} {kind}", str(len(rmsd)), f"{rmsd.mean():.2f}", *quantiles, f"{laid.mean():.2f}", *last
                )
                last = [""] * len(last)
    Console(width=200).print(table)


if __name__ == "__main__":
    main()
