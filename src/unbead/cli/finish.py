"""``unbead finish``: heavy atoms in, something that simulates out."""

import json
from pathlib import Path
from typing import Annotated

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
from unbead.cli.report import report_console, verbatim
from unbead.cli.run import OUTPUT
from unbead.errors import UnbeadError, about

WATERS = ("keep", "drop", "resolvate")


def finish(  # numpydoc ignore=PR01
    source: Annotated[Path, typer.Argument(help="Atoms: PDB, GRO or mmCIF, also .gz.", metavar="STRUCTURE")],
    output: Annotated[Path, OUTPUT],
    frame: Annotated[int | None, typer.Option(help="Model or frame, from 0.", show_default=False)] = None,
    hydrogens: Hydrogens = False,
    ph: Ph = 7.0,
    minimize: Minimize = False,
    forcefield: ForceField = "amber14",
    restrain: Restrain = "none",
    naming: Naming = "iupac",
    topology: Topology = None,
    water: Annotated[
        str | None,
        typer.Option(help="keep, drop or resolvate; default: keep in a box full of it.", show_default=False),
    ] = None,
    padding: Padding = None,
    neutralize: Neutralize = False,
    salt: SaltOf = 0.0,
    seed: Annotated[int, typer.Option(help="Another seed fills the box otherwise.")] = 0,
    keep_water: Annotated[bool, typer.Option("--keep-water", help="Do not leave out crystal water.")] = False,
    keep_ions: Annotated[bool, typer.Option("--keep-ions", help="Do not leave out ions.")] = False,
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="Leave out what cannot be built.")] = False,
    mse_to_met: Annotated[bool, typer.Option("--mse-to-met", help="Make selenomethionine methionine.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Complete chain ends and disulfides; add hydrogens, water and ions, minimise, rename, write a topology.

    Hydrogens of the input are replaced. Exit code 3: written, but residues were left out or atoms lie on each other;
    they are named.
    """
    with reported():
        from unbead.completion.download import take
        from unbead.io.claim import claimed
        from unbead.io.read import read_counted
        from unbead.io.write import check_output, write_structure
        from unbead.prepare.finish import finish as finish_structure

        if water is not None and water not in WATERS:
            raise UnbeadError(f"--water {water} is unknown; use {', '.join(WATERS)}")
        if (keep_water or water == "keep") and (padding is not None or water in ("drop", "resolvate")):
            raise UnbeadError("water is kept in its old place: do without --keep-water, --padding or another --water")
        options = finish_options(
            hydrogens=hydrogens,
            ph=ph,
            minimize=minimize,
            forcefield=forcefield,
            restrain=restrain,
            naming=naming,
            topology=topology,
            padding=padding,
            resolvate=water == "resolvate",
            neutralize=neutralize,
            salt=salt,
            seed=seed,
        )
        if as_json and streamed(output):
            raise UnbeadError("--json prints the summary where -o - writes the atoms; leave one of them out")
        check_output(output)
        kept = {"water": keep_water or water == "keep", "ions": keep_ions}
        written, shared = structure_outputs(output, topology)
        status_line = Console(stderr=True, quiet=as_json).status("reading")
        with claimed(written, [source]), status_line as status, about(source):
            atoms, n_frames = read_counted(source, frame or 0)
            taken = take(
                atoms,
                [kind for kind, wanted in kept.items() if wanted],
                drop_water=options.fill or water == "drop",
                skip_unknown=skip_unknown,
                mse_to_met=mse_to_met,
            )
            finished = finish_structure(taken.atoms, options, progress=lambda text: status.update(verbatim(text)))
            if not shared:
                write_structure(output, finished.atoms)
        left = [f"{n_frames} models; took the first, --frame chooses another"] if frame is None and n_frames > 1 else []
        summary: dict = finished.summary | {"notes": [*left, *taken.notes], "skipped": list(taken.skipped)}
        summary["crowded"] = list(taken.crowded)
        if as_json:
            typer.echo(json.dumps(summary))
        else:
            console, shown = report_console(streamed(output)), verbatim(summary)
            for note in (*left, *taken.notes):
                console.print(note, markup=False)
            report_finish(shown, console)
            console.print(f"→ [bold]{verbatim(str(output))}[/bold]")
            if taken.skipped:
                console.print(f"[yellow]warning[/yellow]: left out: {listed(shown['skipped'])}")
            if taken.crowded:
                way = "were in the way of others before minimising" if minimize else "are in the way of others"
                console.print(f"[yellow]warning[/yellow]: new atoms {way}: {listed(shown['crowded'])}")
            for fault, labels in shown["problems"].items():
                console.print(f"[yellow]warning[/yellow]: {fault}: {listed(labels)}")
        if summary["problems"] or taken.skipped or (taken.crowded and not minimize):
            raise typer.Exit(WRITTEN_WITH_WARNINGS)
