"""``unbead run``: beads in, atoms out."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from unbead.cli.errors import WRITTEN_WITH_WARNINGS, listed, reported
from unbead.cli.files import streamed, structure_outputs
from unbead.cli.finishing import (
    ForceField,
    Hydrogens,
    Minimize,
    Naming,
    Neutralize,
    Padding,
    Ph,
    Restrain,
    SaltOf,
    Topology,
    finish_options,
    report_finish,
)
from unbead.cli.molecule import report_molecule, run_molecule
from unbead.cli.report import report_console, report_system, verbatim
from unbead.cli.trajectory import backmap_frames, refuse_for_frames, report_frames
from unbead.errors import UnbeadError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from unbead.pipeline.system import BackmapOptions
    from unbead.pipeline.user_molecules import UserMolecules
    from unbead.prepare.finish import FinishOptions

INPUT = typer.Argument(help="Coarse-grained structure: PDB, GRO or mmCIF (also .gz), TPR.", metavar="TOP")
FRAMES = typer.Argument(help="Its trajectories: XTC, TRR, DCD, or PDB or GRO of several frames.", metavar="TRAJ")
OUTPUT = typer.Option("--output", "-o", help="Where to write: .pdb, .gro or .cif; - for standard output.")
OUTPUTS = typer.Option("--output", "-o", help="A structure: .pdb, .gro, .cif; a trajectory: .xtc, .dcd, .trr, .pdb.")
TRAJECTORIES = (".xtc", ".dcd", ".trr")


def run(  # numpydoc ignore=PR01
    source: Annotated[Path, INPUT],
    output: Annotated[Path, OUTPUTS],
    trajectories: Annotated[list[Path] | None, FRAMES] = None,
    mapping: Annotated[str | None, typer.Option(help="Name or folder; default: recognised.")] = None,
    model: Annotated[str | None, typer.Option(help="Model name or .safetensors file.")] = None,
    frame: Annotated[int | None, typer.Option(help="One model or frame, from 0.", show_default=False)] = None,
    start: Annotated[int | None, typer.Option(help="First frame of a trajectory, from 0.")] = None,
    stop: Annotated[int | None, typer.Option(help="First frame not to take.")] = None,
    step: Annotated[int | None, typer.Option(help="Take one frame in so many.")] = None,
    topology_out: Annotated[Path | None, typer.Option(help="First frame of a trajectory: .pdb, .gro or .cif.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the trajectory that is there.")] = False,
    workers: Annotated[int | None, typer.Option(help="Share frames among so many processes.")] = None,
    scheduler: Annotated[str | None, typer.Option(help="Share frames on this Dask cluster, tcp://...")] = None,
    consistency: Annotated[str, typer.Option(help="Atoms' centres against the beads: soft, exact or off.")] = "soft",
    relax: Annotated[
        bool, typer.Option(" /--no-relax", help="Leave geometry and contacts as the network has them.")
    ] = True,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.", show_default=False)] = "auto",
    seed: Annotated[int, typer.Option(help="Another seed turns the waters otherwise, and gives other samples.")] = 0,
    samples: Annotated[
        int | None, typer.Option(metavar="N", help="Structures to draw per frame; default: the mean one.")
    ] = None,
    temperature: Annotated[float, typer.Option(metavar="T", help="Scale of the spread of samples.")] = 1.0,
    coherent: Annotated[
        bool, typer.Option("--coherent", help="Let each sample vary smoothly from frame to frame.")
    ] = False,
    memory: Annotated[str | None, typer.Option(help="Memory to keep within, such as 4GB.")] = None,
    backbone: Annotated[str, typer.Option(help="Backbone: network or herobm.")] = "network",
    answer: Annotated[
        str, typer.Option(help="Side chains: mean of what they may be (least RMSD), or mode (likeliest rotamers).")
    ] = "mean",
    water: Annotated[str, typer.Option(help="Water: keep, drop or resolvate.")] = "keep",
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="Leave out what cannot be built.")] = False,
    molecule: Annotated[
        list[str] | None,
        typer.Option(help="A molecule of yours: NAME=FILE (.sdf, .mol2, .pdb, .cif) or NAME=SMILES.", metavar="NAME=…"),
    ] = None,
    mapping_file: Annotated[list[Path] | None, typer.Option(help="Mapping file of one molecule, YAML.")] = None,
    topology_in: Annotated[
        Path | None,
        typer.Option(help="GROMACS .top or .itp of the beads, for their bonds; default: one of the same name."),
    ] = None,
    d_residues: Annotated[
        str | None, typer.Option(metavar="RESIDUES", help="D-amino acids: all, or residues such as A:5,A:7-9.")
    ] = None,
    hydrogens: Hydrogens = False,
    ph: Ph = 7.0,
    minimize: Minimize = False,
    forcefield: ForceField = "amber14",
    restrain: Restrain = "none",
    naming: Naming = "iupac",
    topology: Topology = None,
    padding: Padding = None,
    neutralize: Neutralize = False,
    salt: SaltOf = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Rebuild the atoms of a coarse-grained structure or trajectory.

    B-factors of the output hold the predicted error of each atom in Å. Exit code 3: written, but residues lack beads or
    were left out, or not all of the geometry could be brought in order; the residues are named.
    """
    from unbead.models.molecule import is_cgvae
    from unbead.pipeline.system import BackmapOptions
    from unbead.pipeline.user_molecules import read_user_molecules

    with reported():
        if as_json and streamed(output):
            raise UnbeadError("--json prints the summary where -o - writes the atoms; leave one of them out")
        if samples is not None and samples < 1:
            raise UnbeadError(f"--samples {samples}: give how many to draw, from 1; without it the mean one is written")
        samples = samples or 0
        finishing = finish_options(
            hydrogens=hydrogens,
            ph=ph,
            minimize=minimize,
            forcefield=forcefield,
            restrain=restrain,
            naming=naming,
            topology=topology,
            resolvate=water == "resolvate" and padding is None,
            padding=padding,
            neutralize=neutralize,
            salt=salt,
            seed=seed,
        )
        if padding is not None:
            water = "drop"  # the new box is filled anew
        how = BackmapOptions(
            consistency, relax, backbone, answer, water, skip_unknown, seed, memory, samples, temperature, coherent
        )
        given = read_user_molecules(molecule or (), mapping_file or (), topology_in, d_residues)
        files = trajectories or []
        of_frames = {"start": start, "stop": stop, "step": step, "topology_out": topology_out, "resume": resume or None}
        of_frames |= {"workers": workers, "scheduler": scheduler}
        asked = {name: value for name, value in of_frames.items() if value is not None}
        if samples and frame is not None and start is None and stop is None:
            asked, frame = asked | {"start": frame, "stop": frame + 1}, None
        if model is not None and is_cgvae(model):
            others = {"mapping": mapping, "molecule": molecule, "mapping_file": mapping_file, "memory": memory}
            others |= {
                "water": water != "keep",
                "backbone": backbone != "network",
                "answer": answer != "mean",
                "skip_unknown": skip_unknown,
            }
            others |= {"hydrogens": finishing.anything}
            summary = run_molecule(source, files, output, model, device, how, as_json, frame, asked, others)
            show = report_molecule
        elif samples or (files and frame is None) or asked or output.suffix.lower() in TRAJECTORIES:
            refuse_for_frames(frame, finishing)
            asked |= {"mapping": mapping, "model": model, "device": device}
            summary, show = backmap_frames(source, files, output, how, given, as_json, **asked), report_frames
        else:
            summary = backmap_file(source, output, mapping, model, frame, device, how, as_json, finishing, given, files)
            show = report
        if as_json:
            typer.echo(json.dumps(summary))
        else:
            show(summary, output)
        if summary["problems"]:
            raise typer.Exit(WRITTEN_WITH_WARNINGS)


def backmap_file(
    source: Path,
    output: Path,
    mapping: str | None,
    model: str | None,
    frame: int | None,
    device: str,
    how: "BackmapOptions",
    quiet: bool,
    finishing: "FinishOptions | None" = None,
    given: "UserMolecules | None" = None,
    trajectories: "Sequence[Path]" = (),
) -> dict:
    """Backmap a file into a file, showing what is being done.

    Parameters
    ----------
    source, output : Path
        Input and output.
    mapping, model, frame, device, how
        See `unbead.pipeline.structure.backmap_structure`.
    quiet : bool
        Whether to show nothing.
    finishing : FinishOptions, optional
        What to do with the heavy atoms; nothing if not given.
    given : UserMolecules, optional
        Molecules of the user's own.
    trajectories : sequence of Path, optional
        Files that the frame is taken from.

    Returns
    -------
    dict
        The summary.
    """
    from unbead.io.claim import claimed
    from unbead.io.write import check_output, write_structure
    from unbead.mapping.operator import to_scipy
    from unbead.pipeline.options import own_files, read_files
    from unbead.pipeline.structure import backmap_structure
    from unbead.pipeline.user_molecules import UserMolecules

    check_output(output)
    written, shared = structure_outputs(output, None if finishing is None else finishing.topology)
    read = [*own_files(source), *trajectories, *read_files(given or UserMolecules(), mapping, model)]
    with claimed(written, read), Console(stderr=True, quiet=quiet).status("starting") as status:

        def told(text: str) -> None:
            status.update(verbatim(text))

        result = backmap_structure(source, mapping, model, frame, device, how, told, given, trajectories)
        summary, atoms = result.summary, result.atoms
        if finishing is not None and finishing.anything:
            from unbead.prepare.finish import finish

            finished = finish(atoms, finishing, to_scipy(result.operator), progress=told)
            seconds = summary["seconds"] + sum(finished.summary["seconds"].values())
            problems = summary["problems"] | finished.summary["problems"]
            summary |= {"finish": finished.summary, "problems": problems, "seconds": round(seconds, 2)}
            atoms = finished.atoms
        status.update("writing")
        if not shared:
            write_structure(output, atoms)
    return summary


def report(summary: dict, output: Path) -> None:
    """Print what was done, in a few lines.

    Parameters
    ----------
    summary : dict
        The summary of `backmap_file`.
    output : Path
        Where the atoms are.
    """
    console = report_console(streamed(output))
    say = console.print
    summary = verbatim(summary)
    report_system(summary, console)
    if summary["left_frames"]:
        say(f"{summary['left_frames'] + 1} frames; took the first, --start 0 for all")
    say(f"predicted error {summary['predicted_error']:.2f} Å (per atom in the B-factor column)")
    if "finish" in summary:
        report_finish(summary["finish"], console)
    say(
        f"{summary['seconds']:.1f} s (network {summary['seconds_network']:.1f} s, relaxing"
        f" {summary['seconds_relax']:.1f} s on {summary['device']})"
        f" → [bold]{verbatim(str(output))}[/bold]"
    )
    if summary["chain_ends"]:
        say(f"taken for ends of chains: {listed(summary['chain_ends'], 3)}")
    for fault, labels in summary["problems"].items():
        say(f"[yellow]warning[/yellow]: {fault}: {listed(labels)}")
