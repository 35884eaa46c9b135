"""``unbead evaluate``: a backmapped structure against the truth."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from unbead.cli.errors import reported
from unbead.cli.files import reports, streamed
from unbead.errors import UnbeadError


def evaluate(  # numpydoc ignore=PR01
    generated: Annotated[Path, typer.Argument(help="Structure to judge.")],
    reference: Annotated[Path, typer.Argument(help="The truth.")],
    ensemble: Annotated[
        bool, typer.Option("--ensemble", help="All models belong to samples: n of each frame of the reference.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Also write a report as one page; with --ensemble.")] = None,
    output: Annotated[
        Path | None, typer.Option("--json", help="Also write the numbers to this file, or - to standard output.")
    ] = None,
) -> None:
    """Compare a structure with a reference, atom by atom; models are compared one by one."""
    with reported():
        if html is not None and not ensemble:
            raise UnbeadError("--html goes with --ensemble; one structure is reported by unbead check --reference")
        with reports(html, output, [generated, reference]) as write:
            if ensemble:
                from unbead.validate.ensemble import evaluate_ensemble
                from unbead.validate.report.ensemble_page import ensemble_page

                found = evaluate_ensemble(generated, reference)
                numbers = found.numbers
                if html is not None:
                    write(html, ensemble_page(found, generated.name))
            else:
                from unbead.validate.compare import evaluate_files

                numbers = evaluate_files(generated, reference)
            if output is not None:
                write(output, json.dumps(numbers, indent=1) + "\n")
        table = Table("measure", "value", box=None)
        for name, value in numbers.items():
            table.add_row(name, "–" if value is None else f"{value:.4g}")
        Console(stderr=streamed(html, output)).print(table)
