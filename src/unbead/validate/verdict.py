"""PASS, WARN or FAIL, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from unbead.validate.thresholds import MEASURES, Measure


class Level(StrEnum):
    """How bad something is."""

    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Reason:
    """Why a structure does not pass.

    Attributes
    ----------
    level : Level
        ``WARN`` or ``FAIL``.
    measure : str
        Name of the number in `unbead.validate.thresholds.MEASURES`.
    text : str
        What is wrong, where, and what would be right, in one line.
    """

    level: Level
    measure: str
    text: str


def grade(name: str, value: float | None) -> Level:
    """Grade a number.

    Parameters
    ----------
    name : str
        Its name in `unbead.validate.thresholds.MEASURES`.
    value : float or None
        The number; None passes.

    Returns
    -------
    Level
        Its grade.
    """
    measure = MEASURES[name]
    for level, limit in ((Level.FAIL, measure.fail), (Level.WARN, measure.warn)):
        if value is not None and limit is not None and value > limit:
            return level
    return Level.PASS


def reasons(numbers: Mapping[str, float | None], where: Mapping[str, Sequence[str]]) -> tuple[Reason, ...]:
    """List what is wrong, the worst first.

    Parameters
    ----------
    numbers : mapping of str to float or None
        The numbers of a structure.
    where : mapping of str to sequence of str
        Residues and atoms by finding; a last ``…`` says that there are more.

    Returns
    -------
    tuple of Reason
        Empty for a structure that passes.
    """
    found = []
    for level in (Level.FAIL, Level.WARN):
        for name, value in numbers.items():
            if value is not None and name in MEASURES and grade(name, value) is level:
                found.append(Reason(level, name, _text(MEASURES[name], value, level, where)))
    return tuple(found)


def verdict(found: Sequence[Reason]) -> Level:
    """Return the worst level.

    Parameters
    ----------
    found : sequence of Reason
        What is wrong.

    Returns
    -------
    Level
        ``PASS`` if nothing is.
    """
    return found[0].level if found else Level.PASS


def show(value: float | None, unit: str = "") -> str:
    """Format a number for people.

    Parameters
    ----------
    value : float or None
        The number.
    unit : str
        Its unit.

    Returns
    -------
    str
        A dash for None.
    """
    if value is None:
        return "–"
    digits = f"{value:.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.3g}"
    return f"{digits} {unit}".strip()


def _text(measure: Measure, value: float, level: Level, where: Mapping[str, Sequence[str]]) -> str:
    limit = measure.fail if level is Level.FAIL else measure.warn
    named = "; ".join(where.get(measure.faults, ()))
    return f"{measure.title}: {show(value, measure.unit)} (limit {show(limit, measure.unit)})" + f": {named}" * bool(
        named
    )
