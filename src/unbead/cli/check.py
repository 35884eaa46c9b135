"""``unbead check``: how good is a structure."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from unbead.cli.errors import reported
from unbead.cli.files import reports, streamed
from unbead.cli.report import report_console

if TYPE_CHECKING:
    from unbead.validate.check import Check

FAILED = 1
COLOURS = {"PASS": "green", "WARN": "yellow", "FAIL": "red"}


def check(  # numpydoc ignore=PR01
    structure: Annotated[Path, typer.Argument(help="Atomistic protein structure to judge.")],
    reference: Annotated[Path | None, typer.Option(help="The truth, if known.")] = None,
    cg: Annotated[Path | None, typer.Option(help="The beads that the atoms were made of.")] = None,
    mapping: Annotated[str | None, typer.Option(help="Mapping of the beads; default: recognised.")] = None,
    html: Annotated[Path | None, typer.Option(help="Also write a report as one page.")] = None,
    output: Annotated[
        Path | None, typer.Option("--json", help="Also write the numbers to this file, or - to standard output.")
    ] = None,
) -> None:
    """Judge a protein structure: PASS, WARN or FAIL, why, and where. Exit code 1 for FAIL.

    Hydrogens, and what is no amino acid, are ignored. With several models the numbers are means.
    """
    with reported():
        from unbead.validate.check import check_files
        from unbead.validate.thresholds import MEASURES
        from unbead.validate.verdict import show

        with reports(html, output, [structure, reference, cg, mapping]) as write:
            result = check_files(structure, reference, cg, mapping)
            if output is not None:
                write(output, json.dumps(summary(result), indent=1, ensure_ascii=False) + "\n")
            if html is not None:
                from unbead.validate.report.page import page

                write(html, page(result, structure.name))
        say = report_console(streamed(html, output)).print
        say(f"[bold {COLOURS[result.level]}]{result.level}[/]  {escape(str(structure))}")
        for reason in result.reasons:
            say(f"  [{COLOURS[reason.level]}]{reason.level}[/]  {escape(reason.text)}")
        several = len(result.models) > 1
        table = Table("measure", "mean" if several else "value", "warn above", "fail above", box=None)
        if several:
            table.add_column("worst")
        for name, value in result.numbers.items():
            measure = MEASURES[name]
            worst = f"{show(result.worst[name][0])} (model {result.worst[name][1]})" if name in result.worst else ""
            row = [measure.title, show(value, measure.unit), _limit(measure.warn), _limit(measure.fail)]
            table.add_row(*row, *([worst] if several else []))
        say(table)
        if result.level == "FAIL":
            raise typer.Exit(FAILED)


def summary(result: "Check") -> dict:
    """Put a verdict into plain values.

    Parameters
    ----------
    result : Check
        A judged structure.

    Returns
    -------
    dict
        Verdict, reasons, numbers, the worst models, and what is wrong where.
    """
    return {
        "verdict": str(result.level),
        "reasons": [{"level": str(r.level), "measure": r.measure, "text": r.text} for r in result.reasons],
        "models": len(result.models),
        "mapping": result.mapping,
        "numbers": result.numbers,
        "worst": {name: {"value": value, "model": model} for name, (value, model) in result.worst.items()},
        "where": result.where,
    }


def _limit(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
