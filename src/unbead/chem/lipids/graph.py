"""Atoms and bonds of a lipid by rule, with the names of CHARMM36, its stereocentres and its double bonds.

sn-2 of glycerol is R in glycerophospholipids (sn-glycero-3-phosphate), phosphoserine is L, the
glycerol head of PG is R as in CHARMM-GUI's structures, bis(monoacylglycero)phosphate is sn-1,sn-1'
(S,S), sphingosine is D-erythro with a trans double bond, inositol is 1D-myo. Rows of stereocentres
are those of CHARMM36's templates.
"""

from dataclasses import dataclass, field

from unbead.chem.lipids.shorthand import PHOSPHATES, Lipid
from unbead.chem.lipids.tails import Tail

_INOSITOL_ROWS = (
    "C12 O2 C13 C11", "C13 C12 O3 C14", "C14 C13 C15 O4", "C15 C14 O5 C16", "C16 C15 C11 O6", "C11 C12 C16 O12",
)  # fmt: skip
RING = ("C11", "C12", "C13", "C14", "C15", "C16")
# Letters of the hydrogens of a chain's CH2 (two) and CH3 (three), and of a CH= by the chain's carbons.
_HYDROGENS = {"C2{}": "RST", "C3{}": "XYZ", "C1{}": "LMN", "C{}S": "STU", "C{}F": "FGH", "C{}": "ABC",
              "CA{}": "ABC", "CB{}": "DEF", "CC{}": "RST", "CD{}": "XYZ"}  # fmt: skip


@dataclass
class Graph:
    """A molecule that is being put together.

    Attributes
    ----------
    elements : dict of str to str
        Elements by atom name, heavy atoms in order.
    bonds : list of (str, str)
        Bonds; those of hydrogens, too.
    chiral : list of (str, str, str, str)
        A centre and three neighbours whose bond vectors have a positive triple product.
    doubles : dict of (str, str) to str
        ``E`` or ``Z`` of the double bonds between carbons of chains.
    """

    elements: dict[str, str] = field(default_factory=dict)
    bonds: list[tuple[str, str]] = field(default_factory=list)
    chiral: list[tuple[str, ...]] = field(default_factory=list)
    doubles: dict[tuple[str, str], str] = field(default_factory=dict)

    def add(self, name: str, to: str = "", hydrogens: str = "", element: str = "") -> str:
        """Add an atom.

        Parameters
        ----------
        name : str
            Its name.
        to : str
            The atom that it is bonded to; none for the first.
        hydrogens : str
            Names of its hydrogens.
        element : str
            Its element; the first letter of the name if not given.

        Returns
        -------
        str
            The name.
        """
        assert name not in self.elements, name
        self.elements[name] = element or name[0]
        if to:
            self.bonds.append((to, name))
        for hydrogen in hydrogens.split():
            self.add(hydrogen, name, element="H")
        return name


def lipid_graph(lipid: Lipid) -> Graph:
    """Write down the atoms and bonds of a lipid.

    Parameters
    ----------
    lipid : Lipid
        A lipid.

    Returns
    -------
    Graph
        Its atoms, hydrogens included, in the order in which they hang on each other.
    """
    graph = Graph()
    head, tails = lipid.head, lipid.tails
    if head == "CL":
        _cardiolipin(graph, tails)
    elif head.startswith("BMP"):
        _bmp(graph, head, tails)
    elif head in ("FA", "HC"):
        _alone(graph, head, tails[0])
    elif head.startswith("Ino"):
        _free_inositol(graph, head)
    elif head in ("SM", "Cer") or head.endswith("-Cer"):
        _sphingolipid(graph, {"SM": "PC", "Cer": ""}.get(head, head.removesuffix("-Cer")), tails)
    else:
        _glyceride(graph, head, tails)
    return graph


def _phosphate(graph: Graph, first: str, ester: str) -> None:
    """P between O12 (on `first`, or free) and an ester oxygen."""
    graph.add("P", first)
    graph.add("O13", "P")
    graph.add("O14", "P")
    graph.add(ester, "P")


def _head(graph: Graph, head: str) -> str:
    """A head down to O11, which glycerol or the base hangs on; the name of O11."""
    if head in PHOSPHATES:
        _inositol(graph, PHOSPHATES[head])
        _phosphate(graph, "O12", "O11")
        return "O11"
    if head == "PC":
        graph.add("N")
        for name in ("C13", "C14", "C15"):
            graph.add(name, "N", " ".join(f"H{name[1:]}{letter}" for letter in "ABC"))
        graph.add("C12", "N", "H12A H12B")
    elif head == "PE":
        graph.add("N", hydrogens="HN1 HN2 HN3")
        graph.add("C12", "N", "H12A H12B")
    elif head == "PS":
        graph.add("N", hydrogens="HN1 HN2 HN3")
        graph.add("C12", "N", "H12A")
        graph.add("C13", "C12")
        graph.add("O13A", "C13")
        graph.add("O13B", "C13")
        graph.chiral.append(("C12", "N", "C13", "C11"))
    elif head == "PG":
        graph.add("C12", hydrogens="H12A")
        graph.add("C13", "C12", "H13A H13B")
        graph.add("OC3", "C13", "HO3")
        graph.add("OC2", "C12", "HO2")
        graph.chiral.append(("C12", "C13", "C11", "OC2"))
    if head == "PA":
        graph.add("O12", hydrogens="H12")
    else:
        graph.add("C11", "C12", "H11A H11B")
        graph.add("O12", "C11")
    _phosphate(graph, "O12", "O11")
    return "O11"


def _inositol(graph: Graph, phosphates: tuple[int, ...], first: str = "O12") -> None:
    """The ring, from C11 round; as many protons on its phosphates as Martini 3's charges say."""
    graph.add("C11", hydrogens="H1")
    for k in range(2, 7):
        graph.add(f"C1{k}", f"C1{k - 1}", f"H{k}")
    graph.bonds.append(("C16", "C11"))
    protonated = {2: phosphates[:1], 3: phosphates[::2]}.get(len(phosphates), ())
    for k in range(2, 7):
        graph.add(f"O{k}", f"C1{k}", "" if k in phosphates else f"HO{k}")
        if k in phosphates:
            graph.add(f"P{k}", f"O{k}")
            for n in (2, 3, 4):
                graph.add(f"OP{k}{n}", f"P{k}", f"HP{k}{n}" if n == 2 and k in protonated else "")
    graph.add(first, "C11", "HO1" if first == "O1" else "")
    graph.chiral += [tuple(row.replace("O12", first).split()) for row in _INOSITOL_ROWS]


def _free_inositol(graph: Graph, head: str) -> None:
    places = tuple(int(k) for k in head[4:-1].split(",")) if "(" in head else ()
    _inositol(graph, tuple(k for k in places if k > 1), "O12" if 1 in places else "O1")
    if 1 in places:
        _phosphate(graph, "O12", "O11")


def _chain(
    graph: Graph, tail: Tail, carbon: str, oxygen: str, carbonyl: str = "", start: int = 1, flat: str = ""
) -> None:
    """Carbons of a chain from `start` on, on an oxygen or nitrogen; with a carbonyl oxygen where it has a name.

    `flat` is the letter of the hydrogens of double bonds, the first of the chain's if not given.
    """
    letters, forms = _HYDROGENS[carbon], tail.forms()
    before = oxygen
    for k in range(start, tail.carbons + 1):
        name = carbon.format(k)
        if k == 1 and carbonyl:
            graph.add(name, before)
            graph.add(carbonyl, name)
        elif k in forms or k - 1 in forms:
            graph.add(name, before, f"H{k}{flat or letters[0]}")
        else:
            count = 3 if k == tail.carbons else 2
            graph.add(name, before, " ".join(f"H{k}{letter}" for letter in letters[:count]))
        if k - 1 in forms:
            graph.doubles[carbon.format(k - 1), name] = forms[k - 1]
        before = name


def _linked(graph: Graph, tail: Tail, on: str, oxygen: str, carbon: str, carbonyl: str, flat: str = "") -> None:
    """The oxygen of a glycerol and what it bears: an acyl, alkyl or alkenyl group, or hydrogen."""
    graph.add(oxygen, on, f"H{oxygen}" if tail.carbons == 0 else "")
    if tail.carbons:
        _chain(graph, tail, carbon, oxygen, carbonyl if tail.link == "" else "", flat=flat)


def _palmitoyl_oleoyl(tails: tuple[Tail, ...]) -> bool:
    """Whether CHARMM36 has H91 and H101 on the double bond: oleoyl at sn-2, a saturated acyl at sn-1."""
    return tails[1] == Tail(18, ((9, "Z"),)) and not tails[0].doubles and tails[0].link == "" and tails[0].carbons > 0


def _glyceride(graph: Graph, head: str, tails: tuple[Tail, ...]) -> None:
    if head == "TAP":
        graph.add("N")
        for name in ("C13", "C14", "C15"):
            graph.add(name, "N", " ".join(f"H{name[1:]}{letter}" for letter in "ABC"))
        third = "N"
    elif head in ("DG", "MG", "TG"):
        graph.add("O11", hydrogens="HO11" if head != "TG" else "")
        third = "O11"
    else:
        third = _head(graph, head)
    graph.add("C1", third, "HA HB")
    graph.add("C2", "C1", "HS")
    _linked(graph, tails[1], "C2", "O21", "C2{}", "O22", "1" if _palmitoyl_oleoyl(tails) else "")
    graph.add("C3", "C2", "HX HY")
    _linked(graph, tails[0], "C3", "O31", "C3{}", "O32")
    if head == "TG":
        _chain(graph, tails[2], "C1{}", "O11", "O12")
    graph.chiral.append(("C2", "C1", "O21", "C3"))


def _sphingolipid(graph: Graph, head: str, tails: tuple[Tail, ...]) -> None:
    base, acid = tails
    first = _head(graph, head) if head else graph.add("O1", hydrogens="HO1")
    graph.add("C1S", first, "H1S H1T")
    graph.add("C2S", "C1S", "H2S")
    graph.add("NF", "C2S", "HNF", "N")
    _chain(graph, acid, "C{}F", "NF", "OF")
    graph.add("C3S", "C2S", "H3S")
    graph.add("O3", "C3S", "HO3")
    _chain(graph, base, "C{}S", "C3S", start=4)
    graph.chiral += [("C2S", "C1S", "NF", "C3S"), ("C3S", "C2S", "O3", "C4S")]


def _half(graph: Graph, k: str, ester: str, chains: tuple[str, str], tails: tuple[Tail, Tail]) -> None:
    """A glycerol of a cardiolipin or BMP on the ester oxygen of a phosphate; `tails` on its second and third carbon."""
    graph.add(f"C{k}1", ester, f"H{k}1J H{k}1K")
    graph.add(f"C{k}2", f"C{k}1", f"H{k}2J")
    for place, chain, tail in zip("23", chains, tails, strict=True):
        if place == "3":
            graph.add(f"C{k}3", f"C{k}2", f"H{k}3J H{k}3K")
        _linked(graph, tail, f"C{k}{place}", f"O{k}{place}", f"C{chain}{{}}", f"O{chain}1")


def _cardiolipin(graph: Graph, tails: tuple[Tail, ...]) -> None:
    """Tails in the order of chains B, A, D and C, so sn-1 and sn-2 of each half."""
    graph.add("C2", hydrogens="HG22")
    graph.add("OG12", "C2", "HO12")
    for k, chains, own in (("1", ("A", "B"), tails[1::-1]), ("3", ("C", "D"), tails[:1:-1])):
        graph.add(f"C{k}", "C2", f"HG{k}1 HG{k}2")
        graph.add(f"OP{k}1", f"C{k}")
        graph.add(f"P{k}", f"OP{k}1")
        for n in "342":
            graph.add(f"OP{k}{n}", f"P{k}")
        _half(graph, k, f"OP{k}2", chains, (own[0], own[1]))
        graph.chiral.append((f"C{k}2", f"C{k}1", f"O{k}2", f"C{k}3"))


def _bmp(graph: Graph, head: str, tails: tuple[Tail, ...]) -> None:
    graph.add("P1")
    for n in "3412":
        graph.add(f"OP1{n}", "P1")
    for k, ester, chains, tail in (("1", "OP11", ("A", "B"), tails[0]), ("3", "OP12", ("C", "D"), tails[1])):
        _half(graph, k, ester, chains, (tail, Tail(0)) if "2,2" in head else (Tail(0), tail))
        graph.chiral.append((f"C{k}2", f"C{k}3", f"O{k}2", f"C{k}1"))


def _alone(graph: Graph, head: str, tail: Tail) -> None:
    """A fatty acid, deprotonated, or a hydrocarbon."""
    if head == "FA":
        graph.add("C1")
        graph.add("O1", "C1")
        graph.add("O2", "C1")
        _chain(graph, tail, "C{}", "C1", start=2)
    else:
        graph.add("C1", hydrogens="H1A" if 1 in tail.forms() else "H1A H1B H1C")
        _chain(graph, tail, "C{}", "C1", start=2)
