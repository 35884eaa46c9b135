"""Fatty chains: shorthand such as ``18:1(9Z)``, letters in the names of lipids, and the beads that chains become.

A chain of n carbons has four per bead, counted from its end, and what is over in the first bead; a
bead in which a double bond begins is called D (T where it is trans) instead of C. Letters and
patterns are those of the naming tables of Martini 3 (Pedersen et al., ACS Cent. Sci. 2025,
doi:10.1021/acscentsci.5c00755) and Martini 2 (Ingólfsson et al., J. Am. Chem. Soc. 2014, 136,
14554, and http://cgmartini.nl); shorthand is that of LIPID MAPS (Liebisch et al., J. Lipid Res.
2020, 61, 1539).
"""

import re
from dataclasses import dataclass
from functools import cache

PER_BEAD = 4  # carbons
_TEXT = re.compile(r"(d|O-|P-)?(\d+):(\d+)(?:\(([0-9EZ,]+)\))?$")


@dataclass(frozen=True)
class Tail:
    """A fatty chain.

    Attributes
    ----------
    carbons : int
        Number of carbons, that of the carboxyl group included; zero for a free hydroxyl.
    doubles : tuple of (int, str)
        Double bonds: the lower of the two carbons, and ``Z`` (cis) or ``E`` (trans).
    link : str
        ``""`` for an acyl, ``O-`` for an alkyl, ``P-`` for a 1Z-alkenyl group (not among `doubles`), ``d`` for a
        sphingoid base.
    """

    carbons: int
    doubles: tuple[tuple[int, str], ...] = ()
    link: str = ""

    @property
    def text(self) -> str:
        """Shorthand, such as ``18:2(9Z,12Z)``."""
        where = ",".join(f"{place}{form}" for place, form in self.doubles)
        return f"{self.link}{self.carbons}:{len(self.doubles)}" + (f"({where})" if where else "")

    def forms(self) -> dict[int, str]:
        """Return all double bonds between carbons, that of an alkenyl group too, by the lower carbon."""
        return dict(self.doubles) | ({1: "Z"} if self.link == "P-" else {})


@cache
def read_tail(text: str) -> Tail | None:
    """Read shorthand.

    Parameters
    ----------
    text : str
        Such as ``16:0``, ``18:2(9Z,12Z)``, ``O-16:0``, ``P-18:0``, ``d18:1(4E)`` or, for a free hydroxyl, ``0:0``.

    Returns
    -------
    Tail or None
        None where the text is none.
    """
    match = _TEXT.match(text)
    if match is None:
        return None
    doubles = []
    for word in (match[4] or "").split(","):
        if word:
            place = re.fullmatch(r"(\d+)([EZ])", word)
            if place is None or int(place[1]) >= int(match[2]):
                return None
            doubles.append((int(place[1]), place[2]))
    return Tail(int(match[2]), tuple(doubles), match[1] or "") if len(doubles) == int(match[3]) else None


def _acids(text: str) -> dict[str, Tail]:
    found = {}
    for word in text.split():
        letter, _, shorthand = word.partition("=")
        tail = read_tail(shorthand)
        assert tail is not None, word
        found[letter] = tail
    return found


# Letters of Martini 3; H is what others write for its C.
MARTINI3 = _acids(
    "T=8:0 J=10:0 U=12:0 M=14:0 P=16:0 S=18:0 K=20:0 B=22:0 X=24:0 C=26:0 H=26:0 R=14:1(9Z) Y=16:1(9Z) O=18:1(9Z)"
    " G=20:1(11Z) E=22:1(13Z) N=24:1(15Z) V=18:1(11Z) L=18:2(9Z,12Z) F=18:3(9Z,12Z,15Z) I=20:2(11Z,14Z)"
    " Q=20:3(8Z,11Z,14Z) A=20:4(5Z,8Z,11Z,14Z) D=22:6(4Z,7Z,10Z,13Z,16Z,19Z)"
)
# Letters of Martini 2 and of CHARMM where they differ; one bead there stands for chains that differ by two carbons.
MARTINI2 = _acids(
    "C=6:0 T=10:0 L=12:0 B=20:0 X=24:0 Y=16:1(9Z) O=18:1(9Z) G=20:1(11Z) N=24:1(15Z) I=18:2(9Z,12Z) E=20:2(11Z,14Z)"
    " U=22:6(4Z,7Z,10Z,13Z,16Z,19Z) R=24:6(6Z,9Z,12Z,15Z,18Z,21Z) J=16:1(3E) M=14:0 P=16:0 S=18:0"
    " F=18:3(9Z,12Z,15Z) Q=20:3(8Z,11Z,14Z) A=20:4(5Z,8Z,11Z,14Z) V=18:1(11Z)"
)
# Beads that chains have besides those of the rule: of Martini 2, and of files older than its tables.
_OTHER = {
    "20:4(5Z,8Z,11Z,14Z)": ("DDDDC",),
    "22:6(4Z,7Z,10Z,13Z,16Z,19Z)": ("DDDDDD",),
    "18:1(9Z)": ("CCDCC",),
    "16:1(9Z)": ("CDC",),
    "14:1(9Z)": ("CDD",),
    "18:0": ("CCCCC",),
    "20:2(11Z,14Z)": ("CDDCC",),
    "16:1(3E)": ("TCCC",),
    "6:0": ("C",),
}
# What beads are taken for where no name tells, the usual one of those that they fit.
_USUAL = (
    "6:0 10:0 14:0 16:0 20:0 24:0 14:1(9Z) 16:1(9Z) 18:1(9Z) 20:1(11Z) 24:1(15Z) 18:2(9Z,12Z) 18:3(9Z,12Z,15Z)"
    " 20:2(11Z,14Z) 20:4(5Z,8Z,11Z,14Z) 20:5(5Z,8Z,11Z,14Z,17Z) 22:6(4Z,7Z,10Z,13Z,16Z,19Z)"
    " 24:6(6Z,9Z,12Z,15Z,18Z,21Z) 16:1(3E)"
).split()


def shares(count: int, beads: int, least: int = 3) -> list[int]:
    """Tell how many atoms of a chain each of its beads has.

    Parameters
    ----------
    count : int
        Atoms to share out.
    beads : int
        Beads.
    least : int
        Fewest atoms of the first bead.

    Returns
    -------
    list of int
        Four each from the end and what is over in the first; as even as can be where that is too little or too much.
    """
    first = count - PER_BEAD * (beads - 1)
    if least <= first <= 5:
        return [first, *[PER_BEAD] * (beads - 1)]
    spare = sorted(range(beads), key=lambda i: (abs(2 * i - beads), -i))[: count % beads]  # middle beads have one more
    return [count // beads + (i in spare) for i in range(beads)]


@cache
def patterns(tail: Tail) -> tuple[str, ...]:
    """List the beads that a chain may have, as letters from its head on, such as ``CDCC``.

    Parameters
    ----------
    tail : Tail
        An acyl chain.

    Returns
    -------
    tuple of str
        That of the rule first.
    """
    chain = range(2, tail.carbons + 1)
    n = max(1, round(len(chain) / PER_BEAD))
    letters, start = "", 2
    for size in shares(len(chain), n):
        here = {form for place, form in tail.doubles if start <= place < start + size}
        letters, start = letters + ("T" if here == {"E"} else "D" if here else "C"), start + size
    return tuple(dict.fromkeys((letters, *_OTHER.get(Tail(tail.carbons, tail.doubles).text, ()))))


def usual_tail(pattern: str) -> Tail:
    """Return the chain that beads stand for where no name tells.

    Parameters
    ----------
    pattern : str
        Beads, such as ``CDCC``.

    Returns
    -------
    Tail
        A known fatty acid, or an even chain with a double bond in the middle of each D.
    """
    for text in _USUAL:
        tail = read_tail(text)
        if tail is not None and pattern in patterns(tail):
            return tail
    doubles = [(PER_BEAD * k + 3, "E" if letter == "T" else "Z") for k, letter in enumerate(pattern) if letter != "C"]
    return Tail(PER_BEAD * len(pattern), tuple((max(place, 3), form) for place, form in doubles))


def named_tail(letter: str, pattern: str, martini: int) -> Tail | None:
    """Return the chain that a letter in a lipid's name means, if the beads fit it.

    Parameters
    ----------
    letter : str
        Letter of the name.
    pattern : str
        Beads, such as ``CDCC``.
    martini : int
        2 or 3: whose letters come first.

    Returns
    -------
    Tail or None
        None where beads say otherwise in either table.
    """
    tables = (MARTINI2, MARTINI3) if martini == 2 else (MARTINI3, MARTINI2)
    for table in tables:
        if letter in table and pattern in patterns(table[letter]):
            return table[letter]
    return None
