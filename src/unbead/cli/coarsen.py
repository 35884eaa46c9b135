"""``unbead coarsen``: atoms in, beads out."""

from pathlib import Path
from typing import Annotated

import typer

from unbead.cli.errors import WRITTEN_WITH_WARNINGS, listed, reported


def coarsen(  # numpydoc ignore=PR01
    source: Annotated[Path, typer.Argument(help="Atomistic structure: PDB, GRO or mmCIF.", metavar="INPUT")],
    mapping: Annotated[str, typer.Option("--mapping", "-m", help="Mapping name or folder.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write: .pdb, .gro or .cif.")],
    frame: Annotated[int, typer.Option(help="Model or frame of the input, from 0.")] = 0,
) -> None:
    """Map an atomistic structure onto beads.

    Exit code 3: written, but some residues lack atoms, and their beads are off; they are named.
    """
    with reported():
        from unbead.errors import about
        from unbead.io.read import read_structure
        from unbead.io.whole import make_whole
        from unbead.io.write import check_output, write_structure
        from unbead.mapping.coarsen import coarsen as make_beads
        from unbead.mapping.coarsen import partly_missing
        from unbead.mapping.mapping import load_mapping

        check_output(output, source)
        chosen = load_mapping(mapping)
        atoms = make_whole(read_structure(source, frame))
        with about(source):
            beads = make_beads(atoms, chosen)
        write_structure(output, beads)
        typer.echo(f"{len(beads.residues)} residues → {len(beads)} beads → {output}")
        lacking = partly_missing(atoms, chosen)
        if lacking:
            typer.echo(f"warning: beads of residues that lack atoms are off: {listed(lacking)}")
            raise typer.Exit(WRITTEN_WITH_WARNINGS)
