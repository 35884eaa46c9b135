"""What is said of a system is shown as it is."""

import io

import pytest
from rich.console import Console

from unbead.cli import report


@pytest.mark.parametrize("name", ["[bold]x[/bold]", "[/b]", "[red]", ":smile:", "[link=file:///x]y[/link]", "é"])
def test_names_are_not_taken_for_markup(name):
    """A folder [/b] ended the process after the output was written."""
    told = report.report_console()
    told.file = io.StringIO()
    assert isinstance(told, Console)
    shown = report.verbatim({name: [name, (name, 1.5)], "n": None})
    (key, (first, (second, number))), (_, none) = shown.items()
    told.print(f"[bold]{key}[/bold] {first} {second}")
    assert told.file.getvalue() == f"{name} {name} {name}\n" and (number, none) == (1.5, None)
