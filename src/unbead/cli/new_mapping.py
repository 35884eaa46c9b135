"""``unbead mapping new``: make or learn a mapping of one molecule."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from unbead.cli.errors import listed, reported

METHOD = typer.Option(help="autoencoder, girvan-newman, random, contiguous, heavy or alpha.")


def new(  # numpydoc ignore=PR01
    structure: Annotated[Path, typer.Argument(help="One molecule, all atoms: PDB, GRO, mmCIF.")],
    method: Annotated[str, METHOD],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder of the mapping.")],
    beads: Annotated[int | None, typer.Option(help="How many beads.", show_default=False)] = None,
    frames: Annotated[Path | None, typer.Option(help="Trajectory, for autoencoder.")] = None,
    name: Annotated[str, typer.Option(help="Residue name of the molecule.")] = "MOL",
    seed: Annotated[int, typer.Option(help="Of autoencoder, random and contiguous.", min=0)] = 0,
) -> None:
    """Make a mapping of one molecule, or learn it from frames.

    Writes NAME.yaml and NAME.pdb: the same atoms in the same order, as one residue under names of their own.
    """
    with reported():
        from unbead.design.new_mapping import MappingSettings, make_mapping, write_mapping

        settings = MappingSettings(method=method, beads=beads, name=name, seed=seed)
        with Console(stderr=True).status("making the mapping") as status:
            made = make_mapping(structure, settings, frames, status.update)
        write_mapping(output, made)
        typer.echo(f"{len(made.molecule)} atoms → {len(made.pieces)} beads → {output}: {name}.yaml, {name}.pdb")
        if made.errors is not None:
            rebuilt, lifted = made.errors
            typer.echo(f"atoms from the best linear decoder {rebuilt:.2f} Å, from their beads {lifted:.2f} Å (rms)")
        apart = [f"B{k + 1}" for k, pieces in enumerate(made.pieces) if pieces > 1]
        if apart:
            typer.echo(f"beads of several pieces that no bond joins: {listed(apart)}")
