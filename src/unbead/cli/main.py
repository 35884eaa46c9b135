"""The command line: ``unbead COMMAND``."""

import io
import sys

import typer

from unbead import __version__
from unbead.cli import check, check_mapping, coarsen, demo, evaluate, finish, models, run, train

app = typer.Typer(
    help="Backmapping: from coarse-grained beads back to atoms.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def version(  # numpydoc ignore=PR01
    show: bool = typer.Option(False, "--version", help="Show the version and exit.", is_eager=True),
) -> None:
    """Backmapping: from coarse-grained beads back to atoms."""
    if show:
        typer.echo(f"unbead {__version__}")
        raise typer.Exit


app.command("run")(run.run)
app.command("finish")(finish.finish)
app.command("coarsen")(coarsen.coarsen)
app.command("evaluate")(evaluate.evaluate)
app.command("check")(check.check)
app.command("train")(train.train)
app.add_typer(check_mapping.app, name="mapping")
app.add_typer(models.app, name="model")
app.command("demo")(demo.demo)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):  # a terminal that lacks a letter shows a question mark
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    app()


if __name__ == "__main__":
    main()
