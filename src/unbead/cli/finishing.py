"""Options that ``unbead run`` and ``unbead finish`` share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from unbead.prepare.finish import FinishOptions

Hydrogens = Annotated[bool, typer.Option("--hydrogens", help="Add hydrogens.")]
Ph = Annotated[float, typer.Option(help="pH of protonation.")]
Minimize = Annotated[bool, typer.Option("--minimize", help="Minimise the energy; adds hydrogens.")]
ForceField = Annotated[str, typer.Option(help="amber14 or charmm36.")]
Restrain = Annotated[str, typer.Option(help="Hold in minimising: none, heavy, beads.", show_default=False)]
Naming = Annotated[str, typer.Option(help="Names: iupac, amber or charmm.", show_default=False)]
Neutralize = Annotated[bool, typer.Option("--neutralize", help="Put Na+ or Cl- in the place of waters.")]
SaltOf = Annotated[float, typer.Option("--salt", metavar="CONC", help="NaCl in the place of waters, mol/l of the box.")]
Padding = Annotated[float | None, typer.Option(metavar="Å", help="Make a box with so much room, full of water.")]
Topology = Annotated[Path | None, typer.Option(help="Also write FILE.top, or an OpenMM folder.")]
SHORT = 0.05  # s; stages that took less are not listed


def finish_options(**values) -> "FinishOptions":
    """Check the options of finishing before any work is done.

    Parameters
    ----------
    **values
        Fields of `unbead.prepare.finish.FinishOptions`.

    Returns
    -------
    FinishOptions
        The options.

    See Also
    --------
    unbead.prepare.options.check_finish : What is complained of.
    """
    from unbead.prepare.options import check_finish

    return check_finish(**values)


def report_finish(summary: dict, console: Console) -> None:
    """Print what finishing did, in a few lines.

    Parameters
    ----------
    summary : dict
        The summary of `unbead.prepare.finish.finish`.
    console : Console
        Where to print.
    """
    bridges = summary["disulfides"]
    counted = _counted(summary.get("states", {}))
    console.print(f"{summary['atoms']} atoms, {bridges} disulfides" + (f", states: {counted}" if counted else ""))
    for residue in summary.get("states_unavailable", ()):
        console.print(f"{residue}: the force field lacks the state of this pH; the usual one is kept")
    if "box" in summary:
        told = " in the place of the input's" if summary["box_replaced"] else ""
        out = f"; {_counted(summary['padded'])} left out" if summary["padded"] else ""
        console.print(f"box of {' × '.join(f'{length:.1f}' for length in summary['box'])} Å{told}{out}")
    if summary.get("added"):
        what = "filled the box" if "HOH" in summary["added"] else "in the place of waters"
        console.print(f"{what}: {_counted(summary['added'])}")
    console.print(f"net charge {summary['charge']:+d} e" if summary["charge"] else "net charge 0")
    if "energy_after" in summary:
        console.print(
            f"energy {summary['energy_before']:.0f} → {summary['energy_after']:.0f} kJ/mol"
            f" ({summary['forcefield']}, {summary['platform']})"
        )
    if "topology" in summary:
        console.print(f"topology → [bold]{', '.join(summary['topology'])}[/bold]")
    seconds = summary["seconds"]
    slow = ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items() if value >= SHORT)
    console.print(f"finishing {sum(seconds.values()):.1f} s" + (f" ({slow})" if slow else ""))


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} × {n}" for name, n in counts.items())
