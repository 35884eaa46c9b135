"""Lipids as heads and tails: shorthand such as ``PC 16:0/18:1(9Z)``, and the residue names that stand for them.

Shorthand is that of LIPID MAPS (Liebisch et al., J. Lipid Res. 2020, 61, 1539): tails in the order
sn-1/sn-2/sn-3, ``0:0`` for a free hydroxyl, ``O-`` for an alkyl and ``P-`` for a 1Z-alkenyl ether.
Residue names are those of CHARMM36 where a template of that name ships, else Martini 3's: letters
of the tails (D and a letter for two that are alike), then the head.
"""

import re
from dataclasses import dataclass
from functools import cache

from unbead.chem.lipids.tails import MARTINI3, Tail, read_tail

# Heads that a phosphate ties to glycerol or a sphingoid base, by the letter of ether lipids and plasmalogens.
LETTERS = {"C": "PC", "E": "PE", "S": "PS", "G": "PG", "A": "PA", "I": "PI"}
# Inositol phosphates by Martini 3's number (Borges-Araújo et al., J. Chem. Theory Comput. 2022, 18, 357).
INOSITIDES = {
    "P1": "PIP(3)", "P4": "PIP(4)", "P5": "PIP(5)", "P2": "PIP2(3,4)", "P6": "PIP2(4,5)", "P7": "PIP2(3,5)",
    "P3": "PIP3(3,4,5)",
}  # fmt: skip
PHOSPHATES = {"PI": (), "PIP(3)": (3,), "PIP(4)": (4,), "PIP(5)": (5,), "PIP2(3,4)": (3, 4), "PIP2(4,5)": (4, 5),
              "PIP2(3,5)": (3, 5), "PIP3(3,4,5)": (3, 4, 5)}  # fmt: skip
PHOSPHO = (*LETTERS.values(), *INOSITIDES.values())
# Number of tails by class; DG and MG are glycerides, TAP trimethylammonium propanes, CL cardiolipins, BMP
# bis(monoacylglycero)phosphates with acyl groups at 2 or 3, FA fatty acids, HC hydrocarbons, Ino inositol phosphates.
TAILS = dict.fromkeys((*PHOSPHO, "DG", "MG", "TAP", "SM", "Cer", "BMP(2,2')", "BMP(3,3')"), 2)
TAILS |= {"TG": 3, "CL": 4, "FA": 1, "HC": 1, **{f"{head}-Cer": 2 for head in PHOSPHO if head != "PC"}}
INOSITOLS = {
    "INS": "Ino", "I1P": "Ino(1)", "I13P": "Ino(1,3)", "I14P": "Ino(1,4)", "I15P": "Ino(1,5)", "I134": "Ino(1,3,4)",
    "I135": "Ino(1,3,5)", "I145": "Ino(1,4,5)", "I345": "Ino(1,3,4,5)",
}  # fmt: skip
_TAKEN = ("DALA", "DSEC", "TIP3", "TIP4", "TIP5")  # D and an amino acid, and water: names that are not read as lipids
BASE = "d18:1(4E)"  # sphingosine
_CHARMM_TAILS = {
    "PO": "16:0/18:1(9Z)", "SO": "18:0/18:1(9Z)", "DO": "18:1(9Z)/18:1(9Z)", "DP": "16:0/16:0", "DL": "12:0/12:0",
    "DM": "14:0/14:0", "DS": "18:0/18:0", "DY": "16:1(9Z)/16:1(9Z)", "PY": "16:0/16:1(9Z)",
    "PL": "16:0/18:2(9Z,12Z)", "DU": "18:2(9Z,12Z)/18:2(9Z,12Z)", "DLI": "18:2(9Z,12Z)/18:2(9Z,12Z)",
    "SA": "18:0/20:4(5Z,8Z,11Z,14Z)", "PA": "16:0/20:4(5Z,8Z,11Z,14Z)",
    "DA": "20:4(5Z,8Z,11Z,14Z)/20:4(5Z,8Z,11Z,14Z)", "SD": "18:0/22:6(4Z,7Z,10Z,13Z,16Z,19Z)",
    "PDO": "16:0/22:6(4Z,7Z,10Z,13Z,16Z,19Z)",
}  # fmt: skip
# Templates that ship, by residue name: head and letters of the tails.
_SHIPPED = (
    "POPC POPE POPG POPS POPA POPI DOPC DOPE DOPG DOPS DOPA DPPC DPPE DPPG DPPS DPPA DLPC DLPE DLPG DLPS DMPC DMPE"
    " DMPG DMPS DSPC DSPE DSPG DSPS DYPC DYPE DUPC DLIPE PLPC PLPE PLPS PYPE SOPC SOPE SOPS SOPG SAPC SAPE SAPS SDPC"
    " SDPE SDPS SAPI DAPC PDOPC PDOPE PAPC PAPE PAPS"
).split()


@dataclass(frozen=True)
class Lipid:
    """A lipid.

    Attributes
    ----------
    head : str
        Class, such as ``PC``, ``PIP2(4,5)``, ``Cer`` or ``TG``; see `TAILS`.
    tails : tuple of Tail
        Chains in the order sn-1, sn-2, sn-3, or base and acid of sphingolipids.
    """

    head: str
    tails: tuple[Tail, ...]

    @property
    def text(self) -> str:
        """Shorthand, which `read_lipid` reads."""
        return " ".join([self.head, "/".join(tail.text for tail in self.tails)]).strip()


@cache
def read_lipid(text: str) -> Lipid | None:
    """Read shorthand.

    Parameters
    ----------
    text : str
        Such as ``PC 16:0/18:1(9Z)``.

    Returns
    -------
    Lipid or None
        None where the text is none.
    """
    head, _, rest = text.partition(" ")
    if head in INOSITOLS.values():
        return Lipid(head, ()) if not rest else None
    tails = tuple(read_tail(word) for word in rest.split("/"))
    if TAILS.get(head) != len(tails) or None in tails:
        return None
    return Lipid(head, tails)  # type: ignore[arg-type]


def _shipped() -> dict[str, str]:
    found = {name: f"{name[-2:]} {_CHARMM_TAILS[name[:-2]]}" for name in _SHIPPED}
    found |= {f"{letters}PI24": f"PIP2(4,5) {_CHARMM_TAILS[letters]}" for letters in ("PO", "SA")}
    found |= {"PSM": f"SM {BASE}/16:0", "SSM": f"SM {BASE}/18:0"}
    return found | {name: "CL " + "/".join([tail] * 4) for name, tail in (("TOCL2", "18:1(9Z)"), ("TMCL2", "14:0"))}


SHIPPED = _shipped()  # shorthand by name of a template that ships
_TEMPLATE_OF = {text: name for name, text in SHIPPED.items()}


def template_name(lipid: Lipid) -> str:
    """Return the name of a lipid's template.

    Parameters
    ----------
    lipid : Lipid
        A lipid.

    Returns
    -------
    str
        A residue name of CHARMM36 where such a template ships, else the shorthand.
    """
    return _TEMPLATE_OF.get(lipid.text, lipid.text)


def two_tails(letters: str) -> tuple[Tail, Tail] | None:
    """Read the letters of two tails, sn-1 first.

    Parameters
    ----------
    letters : str
        Such as ``PO``, or ``DO`` for two that are alike.

    Returns
    -------
    tuple of Tail or None
        None where they are no letters of Martini 3.
    """
    if len(letters) != 2 or letters[1] not in MARTINI3:
        return None
    if letters == "DI":  # as CHARMM and Martini 2 have it; Martini 3 has no such lipid
        return MARTINI3["L"], MARTINI3["L"]
    if letters[0] == "D":
        return MARTINI3[letters[1]], MARTINI3[letters[1]]
    return (MARTINI3[letters[0]], MARTINI3[letters[1]]) if letters[0] in MARTINI3 else None


@cache
def named_lipid(name: str) -> Lipid | None:
    """Tell which lipid a systematic residue name stands for.

    Parameters
    ----------
    name : str
        Residue name in capital letters, such as ``POPC``, ``DPEC``, ``POLE``, ``POP4``, ``NCER``.

    Returns
    -------
    Lipid or None
        None where the name is not systematic.
    """
    if name in SHIPPED:
        return read_lipid(SHIPPED[name])
    if name in INOSITOLS:
        return Lipid(INOSITOLS[name], ())
    return None if name in _TAKEN else _one_letter(name) or _two_letters(name)


def _one_letter(name: str) -> Lipid | None:
    """Sphingolipids, and others whose tails are alike."""
    forms = {"SM": "([A-Z])SM", "Cer": "([A-Z])CER", "FA": "F([A-Z])FA", "TG": "T([A-Z])TG", "CL": "T([A-Z])CL",
             "MG": "M([A-Z])MG"}  # fmt: skip
    for head, form in forms.items():
        match = re.fullmatch(form, name)
        if match and match[1] in MARTINI3:
            tail = MARTINI3[match[1]]
            if head in ("SM", "Cer"):
                return read_lipid(f"{head} {BASE}/{tail.text}")
            return Lipid(head, (tail, Tail(0)) if head == "MG" else (tail,) * TAILS[head])
    return None


def _two_letters(name: str) -> Lipid | None:
    """Glycerolipids with two tails."""
    match = re.fullmatch(r"([A-Z]{2})(?:(DG|TP)|([PEL])([A-Z1-7]))", name)
    tails = two_tails(match[1]) if match else None
    if match is None or tails is None:
        return None
    if match[2]:
        return Lipid({"DG": "DG", "TP": "TAP"}[match[2]], tails)
    head = LETTERS.get(match[4]) or INOSITIDES.get("P" + match[4])
    if head is None:
        return None
    return Lipid(head, {"P": tails, "E": _ethers(tails), "L": (_linked(tails[0], "P-"), tails[1])}[match[3]])


def _linked(tail: Tail, link: str) -> Tail:
    return Tail(tail.carbons, tail.doubles, link)


def _ethers(tails: tuple[Tail, ...]) -> tuple[Tail, ...]:
    return tuple(_linked(tail, "O-") for tail in tails)


@cache
def residue_name(text: str) -> str:
    """Return the residue name that `named_lipid` reads as a lipid.

    Parameters
    ----------
    text : str
        Shorthand of the lipid.

    Returns
    -------
    str
        At most four letters; "" where no systematic name says it.
    """
    lipid = read_lipid(text)
    if lipid is None:
        return ""
    letters = {tail.text: letter for letter, tail in reversed(MARTINI3.items())}
    bare = [letters.get(Tail(tail.carbons, tail.doubles).text, "") for tail in lipid.tails]
    codes = [name for name, head in INOSITOLS.items() if head == lipid.head]
    if lipid.head in ("SM", "Cer"):
        codes = [bare[1] + ("SM" if lipid.head == "SM" else "CER")]
    elif lipid.head in ("FA", "TG", "CL", "MG"):
        codes = [{"FA": "F", "TG": "T", "CL": "T", "MG": "M"}[lipid.head] + bare[0] + lipid.head]
    elif len(lipid.tails) == 2:
        ends = [end for end, head in LETTERS.items() if head == lipid.head]
        ends += [end[1] for end, head in INOSITIDES.items() if head == lipid.head]
        heads = [middle + end for end in ends for middle in "PEL"] + {"DG": ["DG"], "TAP": ["TP"]}.get(lipid.head, [])
        pairs = {"".join(bare), *(["DI"] if bare == ["L", "L"] else ["D" + bare[0]] if bare[0] == bare[1] else [])}
        codes = [pair + head for pair in sorted(pairs) for head in heads]
    return next((code for code in codes if named_lipid(code) == lipid), "")
