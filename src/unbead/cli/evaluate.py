"""``unbead evaluate``: a backmapped structure against the truth."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from unbead.cli.errors import reported, save


def evaluate(  # numpydoc ignore=PR01
    generated: Annotated[Path, typer.Argument(help="Structure to judge.")],
    reference: Annotated[Path, typer.Argument(help="The truth.")],
    ensemble: Annotated[
        bool, typer.Option("--ensemble", help="All models belong to samples: n of each frame of the reference.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--json", help="Also write the numbers to this file.")] = None,
) -> None:
    """Compare a structure with a reference, atom by atom; models are compared one by one."""
    with reported():
        if ensemble:
            from unbead.validate.ensemble import evaluate_ensemble

            numbers = evaluate_ensemble(generated, reference)
        else:
            from unbead.validate.compare import evaluate_files

            numbers = evaluate_files(generated, reference)
        if output is not None:
            save(output, json.dumps(numbers, indent=1) + "\n")
        table = Table("measure", "value", box=None)
        for name, value in numbers.items():
            table.add_row(name, "–" if value is None else f"{value:.4g}")
        Console().print(table)
