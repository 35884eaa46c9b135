"""``unbead model``: list and show models."""

import json
from typing import Annotated

import typer

from unbead.cli.errors import reported

app = typer.Typer(help="List and show models.", no_args_is_help=True)
AS_JSON = typer.Option("--json", help="Print JSON.")


@app.command("list")
def list_models(as_json: Annotated[bool, AS_JSON] = False) -> None:  # numpydoc ignore=PR01
    """List the models that ship."""
    with reported():
        from unbead.models.store import available_models

        names = available_models()
        typer.echo(json.dumps(names) if as_json else "\n".join(names))


@app.command()
def show(  # numpydoc ignore=PR01
    name: Annotated[str, typer.Argument(help="Model name or .safetensors file.")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Show the card of a model: settings, training data and accuracy."""
    with reported():
        from unbead.models.store import load_card

        card = load_card(name)
        if as_json:
            typer.echo(json.dumps(card))
            return
        for key, value in card.items():
            if key == "vocabulary":
                typer.echo(f"{key}: {len(value)} atoms")
            elif key == "molecule":
                typer.echo(f"{key}: {value['name']}, {len(value['atoms'])} atoms, {len(value['beads'])} beads")
            elif isinstance(value, dict):
                typer.echo(f"{key}:")
                for inner, fact in value.items():
                    typer.echo(f"  {inner}: {fact}")
            else:
                typer.echo(f"{key}: {value}")
