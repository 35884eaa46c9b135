"""``unbead demo``: the main job on a bundled structure."""

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated

import typer

from unbead.cli.errors import reported
from unbead.cli.run import backmap_file, report


def demo(  # numpydoc ignore=PR01
    output: Annotated[Path, typer.Option("--output", "-o", help="Where to write.")] = Path("unbead-demo.pdb"),
) -> None:
    """Backmap a bundled frame of a Martini 3 simulation of the adenosine A2A receptor."""
    from unbead.pipeline.system import BackmapOptions

    with reported(), as_file(files("unbead") / "data" / "demo_m3.gro") as source:
        typer.echo("Input: one frame of a real Martini 3 simulation, the A2A receptor's 708 beads.")
        summary = backmap_file(source, output, None, None, 0, "auto", BackmapOptions(), quiet=False)
        report(summary, output.resolve())
        typer.echo("Open it in VMD, PyMOL or ChimeraX; your own: unbead run beads.gro -o atoms.pdb")
