"""``unbead run`` with a model of one molecule."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from unbead.cli.report import report_console, verbatim
from unbead.errors import UnbeadError

if TYPE_CHECKING:
    from unbead.pipeline.system import BackmapOptions


def run_molecule(
    source: Path,
    trajectories: list[Path],
    output: Path,
    model: str,
    device: str,
    how: "BackmapOptions",
    quiet: bool,
    frame: int | None,
    asked: dict,
    others: dict[str, object],
) -> dict:
    """Backmap frames of one molecule into a file, showing how far it is.

    Parameters
    ----------
    source : Path
        Its beads.
    trajectories : list of Path
        Files of frames.
    output : Path
        Where to write.
    model, device, how
        See `unbead.pipeline.molecule.backmap_molecule`.
    quiet : bool
        Whether to show nothing.
    frame : int, optional
        The one frame to take.
    asked : dict
        Options of frames that were given.
    others : dict of str to object
        Options that such a model has no use for; those that are set are refused.

    Returns
    -------
    dict
        The summary.

    Raises
    ------
    UnbeadError
        If an option cannot be, or the input cannot be used.
    """
    from unbead.pipeline.molecule import backmap_molecule

    useless = [name for name, value in others.items() if value] + sorted(
        {"resume", "workers", "scheduler"} & set(asked)
    )
    if useless:
        raise UnbeadError(f"--{useless[0].replace('_', '-')} is not for a model of one molecule; leave it out")
    if frame is not None:
        asked = {"start": frame, "stop": frame + 1} | asked
    with Console(stderr=True, quiet=quiet).status("starting") as status:

        def progress(done: int, total: int) -> None:
            status.update(f"{done} of {total} frames")

        return backmap_molecule(source, trajectories, output, model, how, device, progress=progress, **asked)


def report_molecule(summary: dict, output: Path) -> None:
    """Print what was done, in a few lines.

    Parameters
    ----------
    summary : dict
        The summary of `run_molecule`.
    output : Path
        Where the atoms are.
    """
    say, summary = report_console().print, verbatim(summary)
    say(f"{summary['beads']} beads → {summary['atoms']} atoms, {summary['frames']} frames")
    say(f"{summary['structures']} structures, {summary['seconds']:.1f} s → [bold]{verbatim(str(output))}[/bold]")
    if summary["topology"]:
        say(f"first frame, with names → [bold]{summary['topology']}[/bold]")
    for fault, count in summary["problems"].items():
        say(f"[yellow]warning[/yellow]: {fault}: {count} of {summary['structures']} structures")
