"""``unbead finish``: heavy atoms in, something that simulates out."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from unbead.cli.errors import reported
from unbead.cli.finishing import (
    ForceField,
    Hydrogens,
    Minimize,
    Naming,
    Ph,
    Restrain,
    Topology,
    finish_options,
    report_finish,
)
from unbead.cli.run import OUTPUT


def finish(  # numpydoc ignore=PR01
    source: Annotated[Path, typer.Argument(help="Heavy atoms: PDB, GRO or mmCIF, also .gz.", metavar="STRUCTURE")],
    output: Annotated[Path, OUTPUT],
    frame: Annotated[int, typer.Option(help="Model or frame, from 0.")] = 0,
    hydrogens: Hydrogens = False,
    ph: Ph = 7.0,
    minimize: Minimize = False,
    forcefield: ForceField = "amber14",
    restrain: Restrain = "none",
    naming: Naming = "iupac",
    topology: Topology = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Complete chain ends and disulfides; add hydrogens, minimise, rename, write a topology.

    Hydrogens of the input are replaced.
    """
    with reported():
        from unbead.finish.finish import finish as finish_structure
        from unbead.io.read import read_structure
        from unbead.io.write import check_output, write_structure

        options = finish_options(
            hydrogens=hydrogens,
            ph=ph,
            minimize=minimize,
            forcefield=forcefield,
            restrain=restrain,
            naming=naming,
            topology=topology,
        )
        check_output(output, source)
        with Console(stderr=True, quiet=as_json).status("reading") as status:
            finished = finish_structure(read_structure(source, frame), options, progress=status.update)
            write_structure(output, finished.atoms)
        if as_json:
            typer.echo(json.dumps(finished.summary))
        else:
            console = Console(highlight=False, soft_wrap=True)
            report_finish(finished.summary, console)
            console.print(f"→ [bold]{output}[/bold]")
