"""``unbead run``: beads in, atoms out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from unbead.cli.errors import WRITTEN_WITH_WARNINGS, reported

SHOWN = 8  # residues of a warning
INPUT = typer.Argument(help="Coarse-grained structure: PDB, GRO or mmCIF (also .gz).", metavar="INPUT")
OUTPUT = typer.Option("--output", "-o", help="Where to write: .pdb, .gro or .cif.")


def run(  # numpydoc ignore=PR01
    source: Annotated[Path, INPUT],
    output: Annotated[Path, OUTPUT],
    mapping: Annotated[str | None, typer.Option(help="Mapping name or folder; default: recognised.")] = None,
    model: Annotated[str | None, typer.Option(help="Model name or .safetensors file.")] = None,
    frame: Annotated[int, typer.Option(help="Model or frame of the input, from 0.")] = 0,
    consistency: Annotated[str, typer.Option(help="Atoms' centres against the beads: soft, exact or off.")] = "soft",
    relax: Annotated[bool, typer.Option(help="Bring geometry, chirality and contacts in order.")] = True,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")] = "auto",
    seed: Annotated[int | None, typer.Option(help="Seed; the protein model is deterministic.")] = None,
    backbone: Annotated[str, typer.Option(help="Backbone: network or herobm.")] = "network",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Rebuild the atoms of a coarse-grained structure.

    B-factors of the output hold the predicted error of each atom in Å. Exit code 3: written, but not all of the
    geometry could be brought in order; the residues are named.
    """
    with reported():
        summary = backmap_file(
            source, output, mapping, model, frame, consistency, relax, device, seed, as_json, backbone
        )
        if as_json:
            typer.echo(json.dumps(summary))
        else:
            report(summary, output)
        if summary["problems"]:
            raise typer.Exit(WRITTEN_WITH_WARNINGS)


def backmap_file(
    source: Path,
    output: Path,
    mapping: str | None,
    model: str | None,
    frame: int,
    consistency: str,
    relax: bool,
    device: str,
    seed: int | None,
    quiet: bool,
    backbone: str = "network",
) -> dict:
    """Backmap a file into a file, showing what is being done.

    Parameters
    ----------
    source, output : Path
        Input and output.
    mapping, model, frame, consistency, relax, device, seed
        See `unbead.pipeline.structure.backmap_structure`.
    quiet : bool
        Whether to show nothing.
    backbone : str
        See `unbead.pipeline.structure.backmap_structure`.

    Returns
    -------
    dict
        The summary.
    """
    from unbead.io.write import check_output, write_structure
    from unbead.pipeline.structure import backmap_structure

    check_output(output)
    with Console(stderr=True, quiet=quiet).status("starting") as status:
        result = backmap_structure(
            source,
            mapping,
            model,
            frame,
            consistency,
            relax,
            device,
            seed,
            progress=status.update,
            backbone=backbone,
        )
        status.update("writing")
        write_structure(output, result.atoms)
    return result.summary


def report(summary: dict, output: Path) -> None:
    """Print what was done, in a few lines.

    Parameters
    ----------
    summary : dict
        The summary of `backmap_file`.
    output : Path
        Where the atoms are.
    """
    say = Console(highlight=False, soft_wrap=True).print
    say(
        f"{summary['residues']} residues, {summary['beads']} beads of mapping [bold]{summary['mapping']}[/bold]"
        f" → {summary['atoms']} heavy atoms"
    )
    if summary["skipped"]:
        listed = ", ".join(f"{name} × {count}" for name, count in sorted(summary["skipped"].items())[:6])
        more = ", …" if len(summary["skipped"]) > 6 else ""
        say(f"skipped {sum(summary['skipped'].values())} beads that stand for no atom: {listed}{more}")
    if summary["perturbation"]:
        say(f"beads are {summary['perturbation']:.2f} Å away from mapped ones, as in a simulation")
    if summary["repairs"]:
        say("repaired: " + ", ".join(f"{count} {what}" for what, count in summary["repairs"].items()))
    say(f"predicted error {summary['predicted_error']:.2f} Å (per atom in the B-factor column)")
    say(
        f"{summary['seconds']:.1f} s (network {summary['seconds_network']:.1f} s, relaxing"
        f" {summary['seconds_relax']:.1f} s on {summary['device']})"
        f" → [bold]{output}[/bold]"
    )
    for fault, labels in summary["problems"].items():
        shown = ", ".join(labels[:SHOWN]) + (f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else "")
        say(f"[yellow]warning[/yellow]: {fault}: {shown}")
