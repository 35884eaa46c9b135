"""``unbead mapping``: list, show, check and make mappings."""

import json
from pathlib import Path
from typing import Annotated

import typer

from unbead.cli import new_mapping
from unbead.cli.errors import reported

app = typer.Typer(help="List, show, check and make mappings.", no_args_is_help=True)
AS_JSON = typer.Option("--json", help="Print JSON.")


@app.command("list")
def list_mappings(as_json: Annotated[bool, AS_JSON] = False) -> None:  # numpydoc ignore=PR01
    """List the mappings that ship."""
    with reported():
        from unbead.mapping.mapping import available_mappings, load_mapping

        rows = {name: len(load_mapping(name).molecules) for name in available_mappings()}
        if as_json:
            typer.echo(json.dumps(rows))
        else:
            for name, count in rows.items():
                typer.echo(f"{name:16s} {count} residues")


@app.command()
def show(  # numpydoc ignore=PR01
    name: Annotated[str, typer.Argument(help="Mapping name or folder.")],
    residue: Annotated[str | None, typer.Argument(help="One residue only.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Show which heavy atoms make each bead; `*` marks atoms that do not count in the centre."""
    with reported():
        from unbead.chem.elements import guess_element
        from unbead.errors import UnbeadError
        from unbead.mapping.mapping import load_mapping

        mapping = load_mapping(name)
        chosen = mapping.every() if residue is None else mapping.candidates(residue)
        if not chosen:
            raise UnbeadError(f"mapping {name} has no residue {residue}; `unbead mapping show {name}` lists them")
        table: dict[str, dict[str, list[str]]] = {}
        for molecule in chosen:
            rows: dict[str, list[str]] = {bead: [] for bead in molecule.beads}
            for column, atom in enumerate(molecule.atoms):
                if guess_element(atom) == "H":
                    continue
                for k, bead in enumerate(molecule.beads):
                    counts = molecule.weights[k, column] > 0
                    if counts or molecule.owner[column] == k:
                        rows[bead].append(atom if counts else f"{atom}*")
            label = residue or molecule.molecule
            table[label if label not in table else Path(molecule.source).stem.upper()] = rows
        if as_json:
            typer.echo(json.dumps(table))
        else:
            for molecule_name, rows in table.items():
                text = "; ".join(f"{bead}: {' '.join(atoms)}" for bead, atoms in rows.items())
                typer.echo(f"{molecule_name:5s} {text}")


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="Folder of mapping files.")]) -> None:  # numpydoc ignore=PR01
    """Check a folder of mapping files against the grammar and the residue templates."""
    with reported():
        from unbead.errors import UnbeadError
        from unbead.mapping.mapping import load_mapping

        if not folder.is_dir():
            raise UnbeadError(f"{folder}: no such folder; give a folder with one YAML file per molecule")
        mapping = load_mapping(folder)
        for molecule in mapping.every():
            typer.echo(f"{molecule.molecule}: {len(molecule.atoms)} atoms in {len(molecule.beads)} beads")
        typer.echo(f"{folder}: {len(mapping.every())} molecules, no mistakes")


app.command("new")(new_mapping.new)
