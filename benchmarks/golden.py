"""A golden set: what Unbead makes of some forty small inputs, to compare before and after a change of the code.

Run from the root of the repository: ``python benchmarks/golden.py write FILE.npz`` on the code before,
``python benchmarks/golden.py compare FILE.npz`` on the code after (``--only NAME ...``). Inputs are made
of the crystal structure of the tests, of templates, and of SMILES; one core takes about five minutes.
Arrays are compared bit by bit; where they differ, the largest difference is printed. Files are compared
as text, without the lines that hold a date, a version or seconds. The atom types of a CHARMM topology
are left out: their numbers are not the same in two runs of the same code.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import torch
from numpy.typing import NDArray
from typer.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import unbead  # noqa: E402
from tests import helpers, molecules, nucleic, one_molecule, trajectories  # noqa: E402
from unbead.cli.main import app  # noqa: E402
from unbead.io.write import write_structure  # noqa: E402

Arrays = dict[str, NDArray]
CRYSTAL = ROOT / "tests" / "data" / "crystal.pdb"
PROTEIN = (
    "backbone", "ca", "ca-cm", "ca-sc", "elnedyn", "mainchain", "martini2", "martini3", "martini3-ca",
    "residue-com", "sidechain-com",
)  # fmt: skip
LIPIDS = ("POPC", "DOPE", "POPS", "CHL1", "PSM")
BOX = np.array([60, 60, 60, 90, 90, 90], np.float32)  # Å, degrees
CHANGING = re.compile(r"seconds|version|\bdate\b|created|Unbead \d|tmp|\bmd5\b|sha256", re.IGNORECASE)


def call(*arguments: object, codes: tuple[int, ...] = (0, 3)) -> str:
    """Call ``unbead ARGUMENTS``; what it says."""
    result = CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)
    if result.exit_code not in codes:
        raise RuntimeError(f"unbead {' '.join(map(str, arguments))}: {result.output}")
    return result.output


def text(path: Path | str) -> Arrays:
    """A file or an answer as arrays: its lines without those that change from run to run."""
    lines = path.read_text().splitlines() if isinstance(path, Path) else path.splitlines()
    return {"text": np.array([line for line in lines if not CHANGING.search(line)])}


def atoms(**options) -> Arrays:
    """What ``unbead.backmap`` makes of ``in.cif``, and other choices."""
    options = {"source": "in.cif", "device": "cpu"} | options
    made = unbead.backmap(options.pop("source"), **options)
    group = made.atoms
    columns = {"names": group.names, "resnames": group.resnames, "resids": group.resids, "errors": group.tempfactors}
    arrays = {name: np.asarray(column) for name, column in columns.items()}
    arrays = {name: each.astype(str) if each.dtype == object else each for name, each in arrays.items()}
    arrays["bonds"] = np.asarray(made.bonds.indices)
    arrays["positions"] = np.array([group.positions.copy() for _ in made.trajectory])
    return arrays


def coarsened(mapping: str, source: Path | str = CRYSTAL) -> None:
    """Beads of a structure, as ``in.cif``."""
    call("coarsen", source, "-m", mapping, "-o", "in.cif")


def of_atoms(particles, mapping: str) -> None:
    """Beads of atoms in memory, as ``in.cif``."""
    write_structure(Path("atoms.cif"), particles)
    coarsened(mapping, "atoms.cif")


def peptide(first: int = 0, last: int = 8) -> None:
    """Some residues of the crystal, as ``peptide.pdb``."""
    from unbead.io.read import read_structure

    whole = read_structure(CRYSTAL)
    number = np.arange(len(whole.residues))
    write_structure(Path("peptide.pdb"), whole.select_residues((number >= first) & (number < last)))


def protein(mapping: str, **options) -> Callable[[], Arrays]:
    """The whole crystal from beads of a mapping."""

    def run() -> Arrays:
        coarsened(mapping)
        return atoms(mapping=mapping, **options)

    return run


def short(mapping: str, **options) -> Callable[[], Arrays]:
    """A peptide from beads of a mapping."""

    def run() -> Arrays:
        peptide()
        coarsened(mapping, "peptide.pdb")
        return atoms(**options)

    return run


def row(mapping: str, *names: str, **options) -> Callable[[], Arrays]:
    """Single molecules in a row."""

    def run() -> Arrays:
        of_atoms(helpers.molecules(*names), mapping)
        return atoms(mapping=mapping, **options)

    return run


def strand(mapping: str, *names: str) -> Callable[[], Arrays]:
    """A strand of a nucleic acid."""

    def run() -> Arrays:
        of_atoms(nucleic.strand(names), mapping)
        return atoms(mapping=mapping)

    return run


def wet(**options) -> Callable[[], Arrays]:
    """A peptide amid water beads and ions."""

    def run() -> Arrays:
        from unbead.chem.particles import join
        from unbead.io.read import read_structure

        peptide()
        coarsened("martini3", "peptide.pdb")
        beads = read_structure("in.cif")
        away = np.random.default_rng(2).normal(size=(32, 3))
        around = beads.positions.mean(0) + 22 * away / np.linalg.norm(away, axis=1, keepdims=True)
        names, residues = ["W"] * 30 + ["NA", "CL"], ["W"] * 30 + ["ION"] * 2
        both = join([beads, helpers.make_particles(names, residues, range(101, 133), around)])

        Path("in.cif").unlink()
        write_structure(Path("in.cif"), replace(both, box=BOX))
        return atoms(**options)

    return run


def own_molecule() -> Arrays:
    """A molecule of the user's own, by SMILES and mapping file."""
    file = molecules.write_mapping(Path())
    conformers = molecules.embedded(molecules.ADENOSINE, 2)
    beads = {bead: [molecules.NAMES.index(name) for name in names.split()] for bead, names in molecules.BEADS.items()}
    names, places = [], []
    for k, x in enumerate(conformers):
        names += list(beads)
        places += [x[members].mean(0) + np.array([25 * k, 0, 0]) for members in beads.values()]
    numbers = np.repeat(np.arange(1, len(conformers) + 1), len(beads)).tolist()
    write_structure(Path("in.cif"), helpers.make_particles(names, ["ADN"] * len(names), numbers, np.array(places)))
    options = {"molecule": {"ADN": molecules.ADENOSINE}, "mapping_file": [file]}
    return atoms(mapping="martini3", **options)


def frames(*options: object) -> Callable[[], Arrays]:
    """A trajectory of a peptide through ``unbead run``."""

    def run() -> Arrays:
        import MDAnalysis as mda

        from unbead.io.read import read_structure

        peptide()
        coarsened("martini3", "peptide.pdb")
        beads = read_structure("in.cif")
        trajectories.write_frames(Path("beads.xtc"), beads, trajectories.shaken(beads, 5))
        call("run", "in.cif", "beads.xtc", "-o", "out.dcd", "--topology-out", "first.pdb", *options)
        made = mda.Universe("first.pdb", "out.dcd")
        boxes = np.array([frame.dimensions for frame in made.trajectory])
        positions = np.array([made.atoms.positions.copy() for _ in made.trajectory])
        return {"positions": positions, "boxes": boxes} | text(Path("first.pdb"))

    return run


def one_molecule_model() -> Arrays:
    """A tiny model of one molecule, with random weights."""
    one_molecule.write_molecule(Path())
    path = one_molecule.write_model(Path().resolve())
    call("run", "beads.pdb", "-o", "out.pdb", "--model", path)
    return text(Path("out.pdb"))


def one_molecule_samples() -> Arrays:
    """Samples of the tiny model."""
    one_molecule.write_molecule(Path())
    path = one_molecule.write_model(Path().resolve())
    call("run", "beads.pdb", "-o", "out.pdb", "--model", path, "--samples", 3, "--frame", 1)
    return text(Path("out.pdb"))


def short_training() -> Arrays:
    """The model of one molecule after a few steps."""
    from safetensors.numpy import load_file

    one_molecule.write_molecule(Path())
    call("train", one_molecule.write_config(Path().resolve()))
    found = sorted(Path("out").rglob("*.safetensors"))
    return {f"{path.stem}/{name}": each for path in found for name, each in load_file(path).items()}


def made_mapping(method: str) -> Callable[[], Arrays]:
    """A mapping of one molecule."""

    def run() -> Arrays:
        one_molecule.write_molecule(Path())
        options = ["--frames", "run.xtc"] if method == "autoencoder" else []
        call("mapping", "new", "in.pdb", "--method", method, "--beads", 3, "-o", "NEW", *options)
        return text(Path("NEW") / "MOL.yaml") if (Path("NEW") / "MOL.yaml").exists() else text(next(
            iter(sorted(Path("NEW").glob("*.yaml")))
        ))  # fmt: skip

    return run


def finished(*options: object, files: tuple[str, ...] = ("out.pdb",), first: int = 0) -> Callable[[], Arrays]:
    """A peptide made ready to simulate."""

    def run() -> Arrays:
        peptide(first, first + 8)
        call("finish", "peptide.pdb", "-o", "out.pdb", *options)
        return {f"{name}/{key}": each for name in files for key, each in text(Path(name)).items()}

    return run


def lipids_finished() -> Arrays:
    """Two lipids with hydrogens under Amber's names."""
    write_structure(Path("lipids.pdb"), helpers.molecules("POPC", "CHL1"))
    call("finish", "lipids.pdb", "-o", "out.pdb", "--hydrogens", "--naming", "amber")
    return text(Path("out.pdb"))


def coarsen_file(mapping: str, source: Callable[[], object] | None = None) -> Callable[[], Arrays]:
    """Beads as a file."""

    def run() -> Arrays:
        if source is None:
            coarsened(mapping)
        else:
            write_structure(Path("atoms.pdb"), source())  # type: ignore[arg-type]
            coarsened(mapping, "atoms.pdb")
        return text(Path("in.cif"))

    return run


def incomplete() -> Arrays:
    """Beads of a crystal that lacks the ends of some side chains."""
    lines = CRYSTAL.read_text().splitlines(keepends=True)
    gone = {(" CG ", " 10"), (" CD ", " 10"), (" CZ ", " 29"), (" OH ", " 29"), (" CG1", "  8"), (" NE ", " 17")}
    kept = [line for line in lines if (line[12:16], line[23:26]) not in gone]
    Path("less.pdb").write_text("".join(kept))
    coarsened("martini3", "less.pdb")
    return text(Path("in.cif"))


def checked() -> Arrays:
    """``unbead check`` of a backmapped structure beside its reference and beads."""
    coarsened("martini3")
    call("run", "in.cif", "-o", "out.pdb")
    call("check", "out.pdb", "--reference", CRYSTAL, "--cg", "in.cif", "--json", "numbers.json")
    numbers = json.loads(Path("numbers.json").read_text())
    return text(json.dumps(numbers, indent=1, sort_keys=True, default=str))


def evaluated() -> Arrays:
    """``unbead evaluate`` of a backmapped structure."""
    coarsened("ca")
    call("run", "in.cif", "-o", "out.pdb")
    return text(call("evaluate", "out.pdb", CRYSTAL, "--json", "-"))


CASES: dict[str, Callable[[], Arrays]] = {
    **{name: protein(name) for name in PROTEIN},
    "exact": protein("martini3", consistency="exact"),
    "off": protein("ca", consistency="off", relax=False),
    "herobm": short("martini3", backbone="herobm"),
    "genzprot": short("ca", model="unbead-genzprot"),
    "samples": short("martini3", samples=3, temperature=1.0, seed=5),
    "d-residues": short("martini3", d_residues="all"),
    "lipids": row("martini3", *LIPIDS),
    "lipids-martini2": row("martini2", "POPC", "DPPC", "CHL1"),
    "modified": row("martini3", "POPG", "SDPC", "TOCL2"),
    "dna": strand("martini2", "DA5", "DT", "DG", "DC", "DA"),
    "rna": strand("residue-com", "A5", "U", "G", "C"),
    "rna-one-bead": strand("ca", "A5", "U", "G", "C", "A"),
    "own-molecule": own_molecule,
    "water": wet(),
    "water-dropped": wet(water="drop"),
    "water-resolvated": wet(water="resolvate"),
    "trajectory": frames(),
    "trajectory-samples": frames("--samples", 2, "--step", 2),
    "cgvae": one_molecule_model,
    "cgvae-samples": one_molecule_samples,
    "cgvae-training": short_training,
    "mapping-graph": made_mapping("girvan-newman"),
    "mapping-random": made_mapping("random"),
    "finish-hydrogens": finished("--hydrogens"),
    "finish-charmm": finished("--hydrogens", "--naming", "charmm", "--forcefield", "charmm36", first=20),
    "finish-minimize": finished("--minimize"),
    "finish-topology": finished("--topology", "out.top", "--hydrogens", files=("out.pdb", "out.top")),
    "finish-lipids": lipids_finished,
    "run-finish": short("martini3", hydrogens=True, naming="amber"),
    "coarsen-martini3": coarsen_file("martini3"),
    "coarsen-elnedyn": coarsen_file("elnedyn"),
    "coarsen-lipids": coarsen_file("martini3", lambda: helpers.molecules(*LIPIDS)),
    "coarsen-incomplete": incomplete,
    "check": checked,
    "evaluate": evaluated,
}


def run_case(name: str) -> Arrays:
    """One case in a folder of its own."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            return CASES[name]()
        finally:
            os.chdir(before)


def difference(old: Arrays, new: Arrays) -> str:
    """What differs between two answers, in one line; empty if they are the same bits."""
    if old.keys() != new.keys():
        return f"other arrays: {sorted(old.keys() ^ new.keys())[:4]}"
    lines = []
    for name, before in old.items():
        after = new[name]
        if before.shape != after.shape:
            lines.append(f"{name}: shape {before.shape} became {after.shape}")
        elif before.dtype != after.dtype and before.dtype.kind != "U":
            lines.append(f"{name}: {before.dtype} became {after.dtype}")
        elif before.dtype.kind == "U":
            other = np.flatnonzero(before != after)
            if len(other):
                at = other[0]
                lines.append(f"{name}: {len(other)} lines differ, first {before[at]!r} became {after[at]!r}")
        elif not np.array_equal(before, after, equal_nan=before.dtype.kind == "f"):
            lines.append(f"{name}: off by {np.abs(before.astype(float) - after.astype(float)).max():.2g}")
    return "; ".join(lines)


def main() -> None:
    """Write the set, or compare with it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["write", "compare"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", nargs="+", choices=list(CASES), metavar="NAME")
    options = parser.parse_args()
    torch.set_num_threads(1)
    chosen = options.only or list(CASES)
    stored: dict[str, Arrays] = {}
    if options.action == "compare":
        try:
            with np.load(options.file) as archive:
                for key in archive.files:
                    case, _, name = key.partition("|")
                    stored.setdefault(case, {})[name] = archive[key]
        except (OSError, ValueError, BadZipFile) as error:
            sys.exit(f"{options.file}: no golden set: {error}")
    made, failed = {}, 0
    for name in chosen:
        arrays = run_case(name)
        made |= {f"{name}|{key}": each for key, each in arrays.items()}
        if options.action == "write":
            print(f"{name}: {sum(each.size for each in arrays.values())} values", flush=True)
            continue
        found = difference(stored[name], arrays) if name in stored else "not in the set"
        failed += bool(found)
        print(f"{name}: {found or 'same bits'}", flush=True)
    if options.action == "write":
        np.savez_compressed(options.file, **made)  # type: ignore[arg-type]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
