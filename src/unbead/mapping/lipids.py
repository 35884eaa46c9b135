"""Lipids composed from their beads: head, linkers and tails."""

import re
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from unbead.chem.elements import mass
from unbead.chem.lipids.shorthand import BASE, INOSITOLS, PHOSPHATES, Lipid, named_lipid, template_name
from unbead.chem.lipids.tails import MARTINI2, MARTINI3, Tail, named_tail, patterns, read_tail, shares, usual_tail
from unbead.chem.lipids.template import lipid_template
from unbead.mapping.levels import anchors_from_bonds
from unbead.mapping.molecule import MoleculeMapping

# Beads of heads as heavy atoms, by head; PO4 is beside all of them.
PHOSPHATE = "P O11 O12 O13 O14"
HEADS = {
    "PC": {"NC3": "N C11 C12 C13 C14 C15"},
    "PE": {"NH3": "N C11 C12"},
    "PS": {"CNO": "N C11 C12 C13 O13A O13B"},
    "PG": {"GL0": "C11 C12 C13 OC2 OC3"},
    "PA": {},
}
# Names that other files give beads: insane, COBY and old Martini 2.
SPELLINGS = {"CN0": "CNO", "GLH": "GL0", "GL5": "GL0", "OH": "COH"}
VIRTUAL = ("C4",)  # in the middle of inositol
_TAIL = re.compile(r"([CDT])(\d)([A-D])(\d?)$")
# What a linker bead makes of a tail: GL1, ET1, PL1 are on the second carbon of a glycerol, GL2, ET2, PL2 on the first.
_LINKS = {"GL": "", "ET": "O-", "PL": "P-"}
# Martini 2's inositol phosphates, which older files of Martini 3 have, too: P1 and P2 beside each other, as their
# distances have them; P1 alone is PI(3)P of the parameters' source (López et al., J. Chem. Theory Comput. 2013, 9,
# 1694).
_MARTINI2_PHOSPHATES = {("P1",): (3,), ("P1", "P2"): (5, 4), ("P1", "P2", "P3"): (5, 4, 3)}


@dataclass(frozen=True)
class Composed:
    """A lipid and what its beads are made of.

    Attributes
    ----------
    lipid : Lipid
        The lipid.
    beads : dict of str to tuple of str
        Heavy atoms by bead, in the order of Martini's files.
    notes : tuple of str
        What was taken where neither name nor beads tell.
    """

    lipid: Lipid
    beads: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()


@cache
def compose_lipid(residue: str, beads: frozenset[str], martini: int) -> MoleculeMapping | None:
    """Make the mapping of a lipid from its beads.

    Parameters
    ----------
    residue : str
        Residue name, whose letters tell tails that have the same beads.
    beads : frozenset of str
        Names of the residue's beads.
    martini : int
        2 or 3: whose letters and beads come first.

    Returns
    -------
    MoleculeMapping or None
        None where the beads are not those of a known head, linkers and tails.
    """
    given = {SPELLINGS.get(bead, bead): bead for bead in beads if bead not in VIRTUAL}
    found = _read(residue.upper(), frozenset(given), martini) if len(given) > len(beads) - 2 else None
    if found is None:
        return None
    mapping = _compile(found)
    return replace(mapping, aliases=(residue,), beads=tuple(given[bead] for bead in mapping.beads))


@cache
def usual_mapping(residue: str, martini: int) -> MoleculeMapping | None:
    """Make the mapping of a lipid from its residue name, with the beads that the rule gives it.

    Parameters
    ----------
    residue : str
        Systematic residue name.
    martini : int
        2 or 3.

    Returns
    -------
    MoleculeMapping or None
        None where the name is not systematic.
    """
    lipid = named_lipid(residue.upper())
    beads = None if lipid is None else _beads_of(lipid)
    return None if beads is None else compose_lipid(residue, frozenset(beads), martini)


def _compile(found: Composed) -> MoleculeMapping:
    known = lipid_template(found.lipid)
    names = known.atoms[: known.n_heavy]
    beads = tuple(found.beads)
    owner_of = {atom: k for k, atoms in enumerate(found.beads.values()) for atom in atoms}
    assert set(owner_of) == set(names), (found.lipid.text, set(owner_of) ^ set(names))
    owner = np.array([owner_of[name] for name in names], np.int64)
    weights = np.zeros((len(beads), len(names)))
    weights[owner, np.arange(len(names))] = [mass(element) for element in known.elements[: known.n_heavy]]
    bonds = [(int(a), int(b)) for a, b in known.bonds if max(a, b) < known.n_heavy]
    level, anchor = anchors_from_bonds(bonds, weights, owner)
    return MoleculeMapping(
        molecule=template_name(found.lipid),
        aliases=(),
        beads=beads,
        atoms=tuple(names),
        weights=weights,
        owner=owner,
        level=level,
        anchor=anchor,
        source=f"composed as {found.lipid.text}",
        other_names={},
        notes=found.notes,
    )


def _read(residue: str, beads: frozenset[str], martini: int) -> Composed | None:
    """Split beads into chains and the rest, and try the kinds of lipids."""
    chains: dict[str, dict[int, str]] = {}
    rest = set()
    for bead in beads:
        match = _TAIL.match(bead)
        if match is None:
            rest.add(bead)
        elif int(match[2]) in chains.setdefault(match[3] + match[4], {}):
            return None
        else:
            chains[match[3] + match[4]][int(match[2])] = match[1]
    if any(sorted(chain) != list(range(1, len(chain) + 1)) for chain in chains.values()):
        return None
    found = {key: "".join(letter for _, letter in sorted(chain.items())) for key, chain in chains.items()}
    for kind in (_glycerolipid, _sphingolipid, _glyceride, _cardiolipin, _bmp, _alone, _inositol_alone):
        composed = kind(residue, frozenset(rest), found, martini)
        if composed is not None:
            return composed
    return None


def _phospho_head(rest: frozenset[str]) -> tuple[str, dict[str, str], set[str], tuple[str, ...]] | None:
    """Name of the head, its beads' atoms without those of the phosphate's PO4, what is left of the beads, and notes."""
    if "PO4" not in rest:
        return None
    left = set(rest) - {"PO4"}
    if {"C1", "C2", "C3"} <= left:
        left -= {"C1", "C2", "C3"}
        names = tuple(sorted(bead for bead in left if re.fullmatch(r"P[1-5]", bead)))
        notes = ()
        places = tuple(int(bead[1]) for bead in names)
        if "P1" in names or "P2" in names:
            places = _MARTINI2_PHOSPHATES.get(names, ())
            if not places:
                return None
            where = ", ".join(f"{bead} at {place}" for bead, place in zip(names, places, strict=True))
            notes = (f"its phosphates: {where}",)
        head = next((head for head, there in PHOSPHATES.items() if set(there) == set(places)), None)
        if head is None:
            return None
        return head, _inositol_beads(places, names), left - set(names), notes
    for head, atoms in HEADS.items():
        if set(atoms) <= left and (atoms or not left & {bead for other in HEADS.values() for bead in other}):
            return head, dict(atoms), left - set(atoms), ()
    return None


def _inositol_beads(places: tuple[int, ...], names: tuple[str, ...], first: str = "") -> dict[str, str]:
    """Ring and its phosphates; an oxygen that bears a phosphate is in the phosphate's bead."""
    free = {k: "" if k in places else f" O{k}" for k in range(2, 7)}
    beads = {
        "C1": f"C11 C12{free[2]}{first}", "C2": f"C15 C16{free[6]}{free[5]}", "C3": f"C13 C14{free[3]}{free[4]}",
    }  # fmt: skip
    return beads | {name: f"P{k} O{k} OP{k}2 OP{k}3 OP{k}4" for name, k in zip(names, places, strict=True)}


def _glycerolipid(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    """A phospholipid, ether lipid, plasmalogen or lysolipid; a trimethylammonium propane."""
    if rest == {"NC3", "GL1", "GL2"}:
        head, beads, left, notes = "TAP", {"NC3": "N C13 C14 C15 C1"}, {"GL1", "GL2"}, ()
    else:
        found = _phospho_head(rest)
        if found is None:
            return None
        head, beads, left, notes = found
        beads["PO4"] = PHOSPHATE
    links = [[bead for bead in left if bead in (f"GL{k}", f"ET{k}", f"PL{k}")] for k in (1, 2)]
    if len(left) != 2 or any(len(link) != 1 for link in links) or not set(chains) <= {"A", "B"} or not chains:
        return None
    (second,), (first,) = links
    kinds = {"B": _LINKS[first[:2]], "A": _LINKS[second[:2]]}
    tails, crossed, more = _two_tails(residue, chains, martini)
    if crossed:
        chains = {"A": chains.get("B", ""), "B": chains.get("A", "")}
    a, b = ("B", "A") if crossed else ("A", "B")
    linked = tuple(
        tail if tail.carbons == 0 else Tail(tail.carbons, tail.doubles, kinds[key])
        for tail, key in zip(tails, ("B", "A"), strict=True)
    )
    if any(tail.link == "P-" and tail.carbons < 4 for tail in linked):
        return None
    glycerol = "" if head == "TAP" else "C1 "
    beads[second] = f"{glycerol}C2 O21 " + _linker_atoms(linked[1], "2")
    beads[first] = "C3 O31 " + _linker_atoms(linked[0], "3")
    beads |= _tail_beads(linked[1], "C2{}", chains.get("A", ""), a) | _tail_beads(
        linked[0], "C3{}", chains.get("B", ""), b
    )
    return _composed(Lipid(head, linked), beads, (*notes, *more))


def _linker_atoms(tail: Tail, place: str) -> str:
    if tail.carbons == 0:
        return ""
    return {"": f"C{place}1 O{place}2", "O-": f"C{place}1", "P-": f"C{place}1 C{place}2"}[tail.link]


def _composed(lipid: Lipid, beads: dict[str, str], notes: tuple[str, ...]) -> Composed:
    return Composed(lipid, {bead: tuple(atoms.split()) for bead, atoms in beads.items()}, notes)


def _tail_beads(tail: Tail, carbon: str, pattern: str, chain: str, start: int = 0) -> dict[str, str]:
    """Carbons of a tail behind its linker."""
    if not pattern:
        return {}
    first = start or (3 if tail.link == "P-" else 2)
    sizes = shares(tail.carbons - first + 1, len(pattern), 2 if tail.link == "P-" else 3)
    beads, k = {}, first
    for n, (letter, size) in enumerate(zip(pattern, sizes, strict=True), 1):
        beads[f"{letter}{n}{chain}"] = " ".join(carbon.format(i) for i in range(k, k + size))
        k += size
    return beads


def _two_tails(residue: str, chains: dict[str, str], martini: int) -> tuple[tuple[Tail, Tail], bool, tuple[str, ...]]:
    """Tails at sn-1 (chain B) and sn-2 (chain A), whether the chains are crossed, and what was taken for them."""
    if len(chains) == 1:  # a lysolipid: its tail is at sn-1, whatever the chain is called
        key, pattern = next(iter(chains.items()))
        tail, note = _one_tail(residue[:1], pattern, martini)
        return (tail, Tail(0)), key == "A", (note,) if note else ()
    first, second = residue[:2].ljust(2)
    b, a = chains["B"], chains["A"]
    pairs = [(first, second), (second, first)]
    if first == "D" and (a == b or named_tail("D", b, martini) is None):
        pairs = [(second, second)]
    if re.fullmatch("[A-Z]PL[A-Z]", residue):  # COBY's plasmalogens: palmitoyl at sn-1
        pairs.append(("P", first))
    for k, (one, two) in enumerate(pairs):
        tails = named_tail(one, b, martini), named_tail(two, a, martini)
        if tails[0] is not None and tails[1] is not None:
            swapped = (one, two) == (second, first) and k == 1 and first != second
            if swapped and martini == 2:  # its first POPE and others: chain B, on GL1, is the second tail
                return (tails[1], tails[0]), True, ()
            return (tails[0], tails[1]), False, ()
    found, notes = [], []
    for letter, pattern in ((first, b), (second, a)):
        both = first == "D" and a == b  # two tails that are alike
        tail, note = _one_tail(second if both else letter, pattern, martini)
        found.append(tail)
        notes.append(note)
    return (found[0], found[1]), False, tuple(dict.fromkeys(note for note in notes if note))


def _one_tail(letter: str, pattern: str, martini: int) -> tuple[Tail, str]:
    """A tail by its letter, else the usual one for its beads, with a note."""
    named = named_tail(letter, pattern, martini)
    if named is not None:
        return named, ""
    tail = usual_tail(pattern)
    return tail, f"{tail.text} for beads {pattern}" if _several(pattern) else ""


def _several(pattern: str) -> bool:
    """Whether beads fit more than one chain, or none that is known."""
    table = {tail.text for tail in (*MARTINI3.values(), *MARTINI2.values()) if pattern in patterns(tail)}
    return len(table) != 1


def _sphingolipid(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    amide = {"OH1", "AM2"} if "OH1" in rest else {"AM1", "AM2"}
    if not amide <= rest or set(chains) != {"A", "B"} or not chains["A"].startswith(("T", "D", "C")):
        return None
    first = "OH1" if "OH1" in rest else "AM1"
    if rest - amide in ({"COH"}, {"ROH"}, frozenset()):
        head = "Cer"
        beads = dict.fromkeys(rest - amide, "C1S O1")
        beads[first] = "C2S C3S O3" if beads else "O1 C1S C2S C3S O3"
        notes: tuple[str, ...] = ()
    else:
        found = _phospho_head(rest - amide)
        if found is None or found[2]:
            return None
        name, beads, _, notes = found
        head = "SM" if name == "PC" else f"{name}-Cer"
        beads |= {"PO4": PHOSPHATE, first: "C1S C2S C3S O3"}
    beads["AM2"] = "NF C1F OF"
    base = read_tail(BASE)
    assert base is not None
    longer = len(chains["A"]) - (4 if first == "OH1" else 3)  # beads more than sphingosine has
    if longer < 0:
        return None
    base = Tail(base.carbons + 2 * (2 * longer - (longer > 0 and first == "AM1")), base.doubles, "d")
    if chains["A"][0] == "C":
        base = Tail(base.carbons, (), "d")
    name = re.sub(r"(SM|CER|CE|PE|PS|PI|PA|PG|PC)$", "", residue)
    tail, note = _one_tail(name[-1:] if name[-1:] != "D" else "P", chains["B"], martini)
    if len(name) == 2 and name[0] == "D":
        tail, note = _one_tail(name[1], chains["B"], martini)
    beads |= _tail_beads(base, "C{}S", chains["A"], "A", 4) | _tail_beads(tail, "C{}F", chains["B"], "B")
    return _composed(Lipid(head, (base, tail)), beads, (*notes, *((note,) if note else ())))


def _glyceride(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    """Di-, tri- and monoglycerides."""
    if rest in ({"COH", "GL1", "GL2"}, {"GL1", "GL2"}) and set(chains) == {"A", "B"}:
        tails, _, notes = _two_tails(residue, chains, martini)
        free = "C1 O11" if "COH" in rest else ""
        beads = {"COH": free} if free else {}
        beads["GL1"] = f"{'' if free else 'O11 C1 '}C2 O21 C21 O22"
        beads["GL2"] = "C3 O31 C31 O32"
        beads |= _tail_beads(tails[1], "C2{}", chains["A"], "A") | _tail_beads(tails[0], "C3{}", chains["B"], "B")
        return _composed(Lipid("DG", tails), beads, notes)
    if rest in ({"GL1", "GL2", "GL3"}, {"GLC", "GL1", "GL2", "GL3"}) and set(chains) == {"A", "B", "C"}:
        found = [_one_tail(_glyceride_letter(residue), chains[key], martini) for key in "ABC"]
        tails3 = tuple(tail for tail, _ in found)
        beads = {"GL1": "C3 O31 C31 O32", "GL2": "C2 O21 C21 O22", "GL3": "C1 O11 C11 O12"}
        if "GLC" in rest:
            beads = {"GLC": "C1 C2 C3", "GL1": "O31 C31 O32", "GL2": "O21 C21 O22", "GL3": "O11 C11 O12"}
        for tail, carbon, key in zip(tails3, ("C3{}", "C2{}", "C1{}"), "ABC", strict=True):
            beads |= _tail_beads(tail, carbon, chains[key], key)
        return _composed(Lipid("TG", tails3), beads, tuple(dict.fromkeys(note for _, note in found if note)))
    if rest == {"DOH", "GL1"} and set(chains) == {"A"}:
        tail, note = _one_tail(_glyceride_letter(residue), chains["A"], martini)
        beads = {"DOH": "C1 O11 C2 O21", "GL1": "C3 O31 C31 O32"} | _tail_beads(tail, "C3{}", chains["A"], "A")
        return _composed(Lipid("MG", (tail, Tail(0))), beads, (note,) if note else ())
    return None


def _glyceride_letter(residue: str) -> str:
    """Letter of the tails in ``TO``, ``MO``, ``TOTG`` or ``MOMG``; TLN is trilinolenin, TLA trilaurin."""
    return {"LN": "F", "LA": "U"}.get(residue[1:], residue[1:2])


def _cardiolipin(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    newer = {"GLC", "PO41", "PO42", "GL11", "GL21", "GL12", "GL22"}
    older = newer - {"GLC"} | {"GL0"}
    if rest not in (newer, older) or set(chains) != {"A1", "B1", "A2", "B2"}:
        return None
    beads = {"GLC" if rest == newer else "GL0": "C1 C2 C3 OG12"}
    tails, notes = [], []
    for k, p, (a, b) in (("1", "3", "CD"), ("2", "1", "AB")):
        one, two = (f"GL1{k}", f"GL2{k}") if rest == newer else (f"GL{k}1", f"GL{k}2")
        beads[f"PO4{k}"] = f"P{p} OP{p}1 OP{p}2 OP{p}3 OP{p}4"
        beads[one] = f"C{p}1 C{p}2 O{p}2 C{a}1 O{a}1"
        beads[two] = f"C{p}3 O{p}3 C{b}1 O{b}1"
        here = {}
        for letter, chain in ((a, "A"), (b, "B")):
            pattern = chains[f"{chain}{k}"]
            tail, note = _one_tail("O" if residue.startswith("CDL") else residue[1:2], pattern, martini)
            here[letter], notes = tail, [*notes, note]
            carbons = _tail_beads(tail, f"C{letter}{{}}", pattern, f"{chain}{k}")
            beads |= carbons
        tails = [here[b], here[a], *tails]
    return _composed(Lipid("CL", tuple(tails)), beads, tuple(dict.fromkeys(note for note in notes if note)))


def _bmp(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    if rest != {"PO4", "GL1", "OH1", "GL2", "OH2"} or set(chains) != {"A", "B"}:
        return None
    outer = "3" in residue  # DO3B: the acyl groups are at the last carbons
    tails, _, notes = _two_tails(residue[:2], chains, martini)
    beads = {"PO4": "P1 OP11 OP12 OP13 OP14"}
    for n, k, (a, b), tail, key in (("1", "1", "AB", tails[1], "A"), ("2", "3", "CD", tails[0], "B")):
        chain = b if outer else a
        place = "3" if outer else "2"
        acyl = f"O{k}{place} C{chain}1 O{chain}1"
        beads[f"GL{n}"] = f"C{k}3 {acyl}" if outer else f"C{k}1 C{k}2 {acyl}"
        beads[f"OH{n}"] = f"C{k}1 C{k}2 O{k}2" if outer else f"C{k}3 O{k}3"
        beads |= _tail_beads(tail, f"C{chain}{{}}", chains[key], key)
    if not {"2", "3"} & set(residue):
        notes = (*notes, "acyl groups at the second carbons")
    return _composed(Lipid("BMP(3,3')" if outer else "BMP(2,2')", (tails[1], tails[0])), beads, notes)


def _alone(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    """Fatty acids and hydrocarbons."""
    if set(chains) != {"A"} or rest not in ({"COO"}, frozenset()):
        return None
    pattern = chains["A"]
    if rest:
        letter = {"LN": "F"}.get(residue[:2], residue[1:2] if re.fullmatch("F.FA", residue) else residue[:1])
        tail, note = _one_tail(letter, pattern, martini)
        beads = {"COO": "C1 O1 O2"} | _tail_beads(tail, "C{}", pattern, "A")
        return _composed(Lipid("FA", (tail,)), beads, (note,) if note else ())
    doubles = tuple((4 * k + 2, "E" if letter == "T" else "Z") for k, letter in enumerate(pattern) if letter != "C")
    tail = Tail(4 * len(pattern), doubles)
    notes = (f"{tail.text}, a double bond in the middle of each D",) if doubles else ()
    return _composed(Lipid("HC", (tail,)), _tail_beads(tail, "C{}", pattern, "A", 1), notes)


def _inositol_alone(residue: str, rest: frozenset[str], chains: dict[str, str], martini: int) -> Composed | None:
    if chains or not {"C1", "C2", "C3"} <= rest:
        return None
    left = rest - {"C1", "C2", "C3"}
    first = left & {"P1", "PO4"}
    names = tuple(sorted(left - first))
    if len(first) > 1 or not all(re.fullmatch("P[345]", bead) for bead in names):
        return None
    places = tuple(int(bead[1]) for bead in names)
    numbers = ",".join(str(k) for k in ((1,) if first else ()) + places)
    head = f"Ino({numbers})" if numbers else "Ino"
    if head not in INOSITOLS.values():
        return None
    beads = _inositol_beads(places, names, "" if first else " O1")
    beads |= dict.fromkeys(first, PHOSPHATE)
    return _composed(Lipid(head, ()), beads, ())


def _beads_of(lipid: Lipid) -> list[str] | None:
    """Beads that Martini 3 gives a glycerophospholipid, sphingomyelin or ceramide."""
    head, tails = lipid.head, lipid.tails
    found: list[str] = []
    if head in HEADS or head in PHOSPHATES:
        found = ["C1", "C2", "C3", *(f"P{k}" for k in PHOSPHATES[head])] if head in PHOSPHATES else [*HEADS[head]]
        names = {"": "GL", "O-": "ET", "P-": "PL"}
        found += ["PO4", f"{names[tails[1].link]}1", f"{names[tails[0].link]}2"]
    elif head in ("SM", "Cer"):
        found = ["NC3", "PO4", "OH1", "AM2"] if head == "SM" else ["COH", "OH1", "AM2"]
    else:
        return None
    for tail, chain in zip(tails, "AB" if head in ("SM", "Cer") else "BA", strict=True):
        pattern = "TCCC" if tail.link == "d" else patterns(Tail(tail.carbons, tail.doubles))[0]
        found += [f"{letter}{n}{chain}" for n, letter in enumerate(pattern, 1)]
    return found
