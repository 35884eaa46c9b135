"""``unbead train``: train a network."""

from pathlib import Path
from typing import Annotated

import typer

from unbead.cli.errors import reported


def train(  # numpydoc ignore=PR01
    config: Annotated[Path, typer.Argument(help="Training configuration, YAML.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
) -> None:
    """Train a network; checkpoints, log and plot go to the configuration's output folder.

    On several processes: torchrun --nproc-per-node 2 -m unbead.cli.main train CONFIG
    """
    with reported():
        from unbead.train.loop import train as run_training

        typer.echo(f"trained: {run_training(config, resume)}")
