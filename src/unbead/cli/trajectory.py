"""``unbead run`` over a trajectory: progress, a clean stop, and what was done in a few lines."""

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from unbead.cli.errors import INTERRUPTED, listed
from unbead.cli.report import report_console, report_system, verbatim
from unbead.errors import UnbeadError

if TYPE_CHECKING:
    from unbead.pipeline.system import BackmapOptions
    from unbead.pipeline.user_molecules import UserMolecules
    from unbead.prepare.finish import FinishOptions


def refuse_for_frames(frame: int | None, finishing: "FinishOptions") -> None:
    """Complain of options that are for one structure only.

    Parameters
    ----------
    frame : int or None
        The frame that was chosen.
    finishing : FinishOptions
        What is to be done with heavy atoms.

    Raises
    ------
    UnbeadError
        If there are any.
    """
    if frame is not None:
        raise UnbeadError("--frame chooses one structure; choose frames of a trajectory by --start, --stop and --step")
    if finishing.anything:
        raise UnbeadError(
            "--hydrogens, --minimize, --neutralize, --salt, --padding, --naming and --topology finish one structure;"
            " choose one with --frame, and write .pdb, .gro or .cif"
        )


def backmap_frames(
    source: Path,
    trajectories: list[Path],
    output: Path,
    how: "BackmapOptions",
    given: "UserMolecules",
    quiet: bool,
    **options,
) -> dict:
    """Backmap a trajectory into a file, showing what is being done where someone looks.

    Parameters
    ----------
    source : Path
        Coarse-grained structure.
    trajectories : list of Path
        Its trajectories.
    output : Path
        Where to write.
    how : BackmapOptions
        How a frame is backmapped.
    given : UserMolecules
        Molecules of the user's own.
    quiet : bool
        Whether to show nothing.
    **options
        See `unbead.pipeline.trajectory.backmap_trajectory`.

    Returns
    -------
    dict
        The summary.

    Raises
    ------
    typer.Exit
        After Ctrl-C, once the frames under way are written.
    """
    from unbead.pipeline.trajectory import backmap_trajectory

    with progress_bar(quiet) as progress, stopping() as interrupted:
        summary = backmap_trajectory(
            source,
            trajectories,
            output=output,
            progress=progress,
            interrupted=interrupted,
            given=given,
            **options,
            **asdict(how),
        )
    done = summary["frames_before"] + summary["frames"]
    if interrupted.is_set() and done < summary["frames_total"]:
        sys.stderr.write(
            f"unbead: interrupted; {done} of {summary['frames_total']} frames are in {output}, --resume goes on\n"
        )
        raise typer.Exit(INTERRUPTED)
    return summary


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show how many frames are done, where someone looks.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing.

    Yields
    ------
    callable
        To be called with what is being done, frames that are done, and frames in all (0 before they are known).
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as shown:
        task = shown.add_task("starting", total=None, rate="")
        known = shown.tasks[0]

        def progress(text: str, done: int, total: int) -> None:
            if total and known.total is None:  # frames that were there before must not count as fast ones
                shown.reset(task, total=total, completed=done)
            speed = known.speed
            rate = "" if not speed else f"{speed:.1f} frames/s" if speed >= 1 else f"{1 / speed:.1f} s a frame"
            shown.update(task, description=verbatim(text), completed=done, rate=rate)

        yield progress


@contextmanager
def stopping() -> Iterator[threading.Event]:
    """Let the first Ctrl-C ask for an end, and the second end at once.

    Yields
    ------
    threading.Event
        Set once Ctrl-C was pressed.
    """
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:  # numpydoc ignore=GL08
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        sys.stderr.write("unbead: stopping after the frames under way; Ctrl-C again stops at once\n")

    if threading.current_thread() is not threading.main_thread():  # where signals cannot be caught
        yield asked
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def report_frames(summary: dict, output: Path) -> None:
    """Print what was done, in a few lines.

    Parameters
    ----------
    summary : dict
        The summary of `backmap_frames`.
    output : Path
        Where the atoms are.
    """
    console = report_console()
    say, summary = console.print, verbatim(summary)
    report_system(summary, console)
    before = f" ({summary['frames_before']} were there before)" if summary["frames_before"] else ""
    if not summary["frames"]:
        say(f"all {summary['frames_total']} frames were there before → [bold]{verbatim(str(output))}[/bold]")
        return
    say(
        f"{summary['frames']} frames{before}, {summary['seconds_per_frame']:.3g} s each on {summary['device']},"
        f" predicted error {summary['predicted_error']:.2f} Å → [bold]{verbatim(str(output))}[/bold]"
    )
    if summary["topology"]:
        say(f"first frame, with names and predicted errors → [bold]{summary['topology']}[/bold]")
    if summary["chain_ends"]:
        say(f"taken for ends of chains: {listed(summary['chain_ends'], 3)}")
    for fault, where in summary["problems"].items():
        say(
            f"[yellow]warning[/yellow]: {fault}: {where['frames']} of {summary['frames']} frames, first in"
            f" {where['first']}, worst in {where['worst']}: {listed(where['residues'])}"
        )
