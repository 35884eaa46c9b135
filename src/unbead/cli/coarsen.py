"""``unbead coarsen``: atoms in, beads out."""

from pathlib import Path
from typing import Annotated

import typer

from unbead.cli.errors import reported


def coarsen(  # numpydoc ignore=PR01
    source: Annotated[Path, typer.Argument(help="Atomistic structure: PDB, GRO or mmCIF.", metavar="INPUT")],
    mapping: Annotated[str, typer.Option("--mapping", "-m", help="Mapping name or folder.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write: .pdb, .gro or .cif.")],
    frame: Annotated[int, typer.Option(help="Model or frame of the input, from 0.")] = 0,
) -> None:
    """Map an atomistic structure onto beads."""
    with reported():
        from unbead.io.read import read_structure
        from unbead.io.write import check_output, write_structure
        from unbead.mapping.coarsen import coarsen as make_beads
        from unbead.mapping.mapping import load_mapping

        check_output(output)
        beads = make_beads(read_structure(source, frame), load_mapping(mapping))
        write_structure(output, beads)
        typer.echo(f"{len(beads.residues)} residues → {len(beads)} beads → {output}")
