"""What is said of any backmapped system, one frame or many."""

from typing import TypeVar, cast

from rich.console import Console
from rich.markup import escape

from unbead.cli.errors import listed

Told = TypeVar("Told")


def report_console(stderr: bool = False) -> Console:
    """Return the console of reports, which shows text as it is: no colours of numbers, no pictures for ``:words:``.

    Parameters
    ----------
    stderr : bool
        Whether to write to stderr, since stdout takes something else.

    Returns
    -------
    Console
        On stdout by default; it takes markup, so what comes from files goes through `verbatim`.
    """
    return Console(highlight=False, soft_wrap=True, emoji=False, stderr=stderr)


def verbatim(value: Told) -> Told:
    """Mask brackets in what comes from files and names, so that the console does not take them for markup.

    Parameters
    ----------
    value : str, dict, list, tuple or anything else
        What is to be shown.

    Returns
    -------
    str, dict, list, tuple or anything else
        The same with all its strings masked.
    """
    if isinstance(value, str):
        return cast(Told, escape(value))
    if isinstance(value, dict):
        return cast(Told, {verbatim(key): verbatim(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return cast(Told, type(value)(verbatim(item) for item in value))
    return value


def signed(charge: int) -> str:
    """Write a charge.

    Parameters
    ----------
    charge : int
        In elementary charges.

    Returns
    -------
    str
        With its sign; 0 without.
    """
    return f"{charge:+d}" if charge else "0"


def report_system(summary: dict, console: Console) -> None:
    """Print what was built of what, and what was repaired.

    Parameters
    ----------
    summary : dict
        The summary of a structure or a trajectory, `verbatim`.
    console : Console
        Where to print.
    """
    say = console.print
    say(
        f"{summary['residues']} residues, {summary['beads']} beads of mapping [bold]{summary['mapping']}[/bold]"
        f" → {summary['atoms']} heavy atoms"
    )
    for line in summary["taken"]:
        say(line)
    for line in summary["doubts"]:
        say(f"[yellow]warning[/yellow]: {line}")
    if "finish" not in summary:  # which knows the states of side chains, and has ions of its own
        say(f"net charge {signed(summary['net_charge'])} e, as names of residues say")
    if summary["waters"] or summary["ions"]:
        say(f"of these {summary['waters']} water molecules and {summary['ions']} ions")
    if summary["skipped"]:
        kinds = ", ".join(f"{name} × {count}" for name, count in sorted(summary["skipped"].items())[:6])
        more = ", …" if len(summary["skipped"]) > 6 else ""
        say(f"skipped {sum(summary['skipped'].values())} beads that stand for no atom: {kinds}{more}")
    if summary["rings"]:
        say(f"closed to rings, head to tail: {listed(summary['rings'], 3)}")
    if summary["links"]:
        say(f"bonded besides the chains: {listed(summary['links'], 5)}")
    if summary["by_template"]:
        kinds = [f"{name} × {count}" for name, count in summary["by_template"].items()]
        say(f"laid by template, since no model knows them: {listed(kinds)}")
    if summary["not_sampled"]:
        kinds = listed([f"{name} × {count}" for name, count in summary["not_sampled"].items()])
        say(f"[yellow]warning[/yellow]: the same in all samples, since no model with latents knows them: {kinds}")
    if summary["perturbation"]:
        say(f"beads look {summary['perturbation']:.2f} Å displaced from mapped ones, as in a simulation")
    if "bead_distance_mean" in summary:
        say(
            f"beads are {summary['bead_distance_mean']:.2f} Å from the centres of their atoms on average, 99 % within"
            f" {summary['bead_distance_99']:.2f} Å, the farthest {summary['bead_distance_max']:.2f} Å"
        )
    if summary["repairs"]:
        say("repaired: " + ", ".join(f"{count} {what}" for what, count in summary["repairs"].items()))
