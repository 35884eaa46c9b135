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
        from unbead.train.cgvae.run import train_cgvae
        from unbead.train.config import read_config
        from unbead.train.loop import train as run_training

        content = read_config(config)
        of_one_molecule = isinstance(content, dict) and content.get("family") == "cgvae"
        folder = train_cgvae(config, resume) if of_one_molecule else run_training(config, resume)
        typer.echo(f"trained: {folder}")
