"""``unbead coarsen``: atoms in, beads out."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from unbead.cli.errors import INTERRUPTED, WRITTEN_WITH_WARNINGS, listed, reported
from unbead.cli.trajectory import progress_bar, stopping
from unbead.errors import UnbeadError

if TYPE_CHECKING:
    from unbead.chem.particles import Particles
    from unbead.coarsening.coarsen import Coarsener, CoarsenOptions
    from unbead.mapping.mapping import Mapping

INPUT = typer.Argument(help="Atomistic structure: PDB, GRO or mmCIF (also .gz), TPR.", metavar="TOP")
FRAMES = typer.Argument(help="Its trajectories: XTC, TRR, DCD, or PDB or GRO of several frames.", metavar="TRAJ")
OUTPUT = typer.Option("--output", "-o", help="A structure: .pdb, .gro, .cif; a trajectory: .xtc, .dcd, .trr, .pdb.")
TRAJECTORIES = (".xtc", ".dcd", ".trr")


def coarsen(  # numpydoc ignore=PR01
    source: Annotated[Path, INPUT],
    mapping: Annotated[str, typer.Option("--mapping", "-m", help="Mapping name or folder.")],
    output: Annotated[Path, OUTPUT],
    trajectories: Annotated[list[Path] | None, FRAMES] = None,
    mapping_file: Annotated[list[Path] | None, typer.Option(help="Mapping file of one more molecule, YAML.")] = None,
    frame: Annotated[int | None, typer.Option(help="One model or frame, from 0.", show_default=False)] = None,
    start: Annotated[int | None, typer.Option(help="First frame of a trajectory, from 0.")] = None,
    stop: Annotated[int | None, typer.Option(help="First frame not to take.")] = None,
    step: Annotated[int | None, typer.Option(help="Take one frame in so many.")] = None,
    topology_out: Annotated[Path | None, typer.Option(help="First frame of a trajectory: .pdb, .gro or .cif.")] = None,
    keep_water: Annotated[bool, typer.Option("--keep-water", help="Do not leave out water.")] = False,
    keep_ions: Annotated[bool, typer.Option("--keep-ions", help="Do not leave out ions.")] = False,
    keep_buffer: Annotated[
        bool, typer.Option("--keep-buffer", help="Do not leave out buffer molecules, such as glycerol.")
    ] = False,
    skip_unknown: Annotated[
        bool, typer.Option("--skip-unknown", help="Leave out residues that the mapping lacks.")
    ] = False,
    incomplete: Annotated[
        str, typer.Option(help="Beads that lack atoms: complete their residues, or drop the beads.")
    ] = "complete",
) -> None:
    """Map an atomistic structure or trajectory onto beads.

    Water, ions and buffer molecules are left out. Exit code 3: written, but residues or beads were left out that the
    mapping should have; they are named.
    """
    with reported():
        from unbead.coarsening.coarsen import CoarsenOptions

        kept = {"water": keep_water, "ions": keep_ions, "buffer": keep_buffer}
        options = CoarsenOptions(tuple(kind for kind, wanted in kept.items() if wanted), skip_unknown, incomplete)
        chosen = _mapping(mapping, mapping_file or [])
        files = trajectories or []
        of_frames = any(value is not None for value in (start, stop, step, topology_out))
        if frame is not None and of_frames:
            raise UnbeadError(
                "--frame chooses one structure; choose frames of a trajectory by --start, --stop and --step"
            )
        if frame is None and (files or of_frames or output.suffix.lower() in TRAJECTORIES):
            chosen_frames = (start or 0, stop, step if step is not None else 1)
            made = _of_frames(source, files, output, chosen, options, chosen_frames, topology_out)
        else:
            made = _of_one(source, files, output, chosen, options, frame)
        if report(made):
            raise typer.Exit(WRITTEN_WITH_WARNINGS)


def _mapping(name: str, files: list[Path]) -> "Mapping":
    from unbead.mapping.grammar import parse_file
    from unbead.mapping.mapping import load_mapping
    from unbead.mapping.molecule import compile_molecule

    return load_mapping(name).with_molecules(compile_molecule(parse_file(path)) for path in files)


def _of_one(
    source: Path,
    trajectories: list[Path],
    output: Path,
    mapping: "Mapping",
    options: "CoarsenOptions",
    frame: int | None,
) -> "Coarsener":
    """Make beads of one structure."""
    from unbead.coarsening.coarsen import Coarsener
    from unbead.errors import about
    from unbead.io.write import check_output, write_structure

    for path in (source, *trajectories):
        check_output(output, path)
    atoms = _read(source, trajectories, frame)
    with about(source):
        made = Coarsener(atoms, mapping, options)
    write_structure(output, made.beads)
    typer.echo(f"{len(made.beads.residues)} residues → {len(made.beads)} beads → {output}")
    return made


def _read(source: Path, trajectories: list[Path], frame: int | None) -> "Particles":
    """One frame; of several where none was chosen the first, which is told."""
    if trajectories:
        from unbead.pipeline.structure import read_beads

        return read_beads(source, frame or 0, trajectories)
    from unbead.io.read import structure_frames

    frames = structure_frames(source)
    chosen = frame or 0
    if not 0 <= chosen < len(frames):
        raise UnbeadError(f"{source}: no frame {chosen}; it has {len(frames)}, counted from 0")
    if frame is None and len(frames) > 1:
        typer.echo(f"the first of {len(frames)} models is taken; --frame takes another, an .xtc output takes all")
    return frames[chosen]()


def _of_frames(
    source: Path,
    trajectories: list[Path],
    output: Path,
    mapping: "Mapping",
    options: "CoarsenOptions",
    frames: tuple[int, int | None, int],
    topology_out: Path | None,
) -> "Coarsener":
    """Make beads of a trajectory, showing how far it is."""
    from unbead.coarsening.frames import coarsen_frames

    for name, value, least in (("start", frames[0], 0), ("stop", frames[1], 0), ("step", frames[2], 1)):
        if value is not None and value < least:
            raise UnbeadError(f"--{name} {value}: give a number from {least}")
    with progress_bar(False) as progress, stopping() as interrupted:
        made, done, total = coarsen_frames(
            source, trajectories, output, mapping, options, frames, topology_out, progress, interrupted
        )
    if done < total:
        rest = frames[0] + done * frames[2]
        sys.stderr.write(
            f"unbead: interrupted; {done} of {total} frames are in {output}, --start {rest} and another output go on\n"
        )
        raise typer.Exit(INTERRUPTED)
    residues = len(made.beads.residues)
    typer.echo(f"{done} frames: {residues} residues → {len(made.beads)} beads → {output}")
    return made


def report(made: "Coarsener") -> bool:
    """Say what was left out, completed and dropped.

    Parameters
    ----------
    made : Coarsener
        What made the beads.

    Returns
    -------
    bool
        Whether something is missing or odd that should not be.
    """
    notes = made.notes
    if notes.left_out:
        typer.echo(notes.left_out)
    if notes.completed:
        lack = "1 residue lacks" if len(notes.completed) == 1 else f"{len(notes.completed)} residues lack"
        typer.echo(f"completed the atoms that {lack}: {listed(notes.completed)}")
    warnings = {
        "left out residues that the mapping lacks": [f"{name} ({n})" for name, n in notes.unknown.items()],
        "left out beads that lack atoms": notes.dropped,
        "atoms twice in a residue, the first is taken": notes.repeated,
        "new atoms are in the way of others": notes.crowded,
    }
    for words, labels in warnings.items():
        if labels:
            typer.echo(f"warning: {words}: {listed(labels)}")
    return any(warnings.values())
