"""Write the shipped mapping files into ``src/unbead/mapping/data``.

The definitions stand here in short form: heavy atoms per bead. Hydrogens go with their heavy atom, as the templates
bond them, but do not count in the centre: that is martinize2 0.15 given heavy atoms (or ``-ignh``), to 0.001 Å. Given
hydrogens, martinize2 counts those that its own files do not mark ``!``, which moves beads by 0.03 Å on average.

Sources of the definitions: Martini 3, Souza et al., Nat. Methods 2021 (10.1038/s41592-021-01098-3); Martini 2.2,
de Jong et al., JCTC 2013 (10.1021/ct300646g); ElNeDyn, Periole et al., JCTC 2009 (10.1021/ct9002114): BB at CA.
"""

import shutil
from pathlib import Path

from unbead.chem.templates import known_residues, template

OUTPUT = Path(__file__).parents[1] / "src/unbead/mapping/data"
NAMES = "martini3 martini3-ca martini2 elnedyn ca residue-com sidechain-com ca-cm ca-sc backbone mainchain".split()
BACKBONE = ("N", "CA", "C", "O")
MARTINI3 = {
    "ARG": "CB CG CD|NE CZ NH1 NH2",
    "HIS": "CB CG|CD2 NE2|ND1 CE1",
    "LYS": "CB CG CD|CE NZ",
    "TRP": "CB CG|CD1 NE1|CE2 CD2|CE3 CZ3|CZ2 CH2",
    "TYR": "CB CG|CD1 CE1|CD2 CE2|CZ OH",
    "PHE": "CB CG CD1:1/3 CD2:1/3|CD1:2/3 CE1 CZ:1/2|CD2:2/3 CE2 CZ:1/2",
}
# Lipids on cysteine and glycine: Koukos et al., JCTC 2023 (10.1021/acs.jctc.3c00604); beads by name.
LIPIDATED = {
    "GLYM": "C1: C1 O1 C2, C2: C3 C4 C5 C6, C3: C7 C8 C9 C10, C4: C11 C12 C13 C14",
    "CYSP": "SC1: CB SG C1 O1, C1: C2 C3 C4, C2: C5 C6 C7 C8, C3: C9 C10 C11 C12, C4: C13 C14 C15 C16",
    "CYSF": "SC1: CB SG, C1: C1 C2 C5, C2: C6 C7 C10, C3: C11 C12 C14, C4: C3 C4, C5: C8 C9, C6: C13 C15",
    "CYSG": "SC1: CB SG, C1: C1 C2 C5, C2: C6 C7 C10, C3: C11 C12 C15, C4: C16 C17 C19, C5: C3 C4, C6: C8 C9,"
    " C7: C13 C14, C8: C18 C20",
}
MARTINI2 = {
    "ARG": "CB CG CD|NE CZ NH1 NH2",
    "HIS": "CB CG|CD2 NE2|ND1 CE1",
    "LYS": "CB CG CD|CE NZ",
    "PHE": "CB CG CD1|CD2 CE2|CE1 CZ",
    "TRP": "CB CG CD2|CD1 NE1 CE2|CE3 CZ3|CZ2 CH2",
    "TYR": "CB CG CD1|CD2 CE2|CE1 CZ OH",
    "ALA": "",
}


def martini(table, residue, side):
    """Bead by heavy atom: ``{atom: {bead: share text}}``; side chains not in the table are one bead."""
    beads = {atom: {"BB": ""} for atom in BACKBONE}
    text = table.get(residue, " ".join(side))
    if not text:
        beads |= {atom: {"BB": ""} for atom in side}
    for number, part in enumerate(text.split("|") if text else [], 1):
        for word in part.split():
            atom, _, share = word.partition(":")
            beads.setdefault(atom, {})[f"SC{number}"] = share
    return beads


def rules(name, residue, side, with_cb=False):
    """Heavy atoms by bead, atoms that are a bead's centre, and atoms left out of their bead's centre."""
    if name in ("martini3", "martini3-ca"):
        return martini(MARTINI3, residue, side), {"CA"} if name == "martini3-ca" else set(), set()
    if name in ("martini2", "elnedyn"):
        return martini(MARTINI2, residue, side), {"CA"} if name == "elnedyn" else set(), set()
    atoms = (*BACKBONE, *side)
    bead = {
        "ca": lambda a: "CA",
        "residue-com": lambda a: "CM",
        "sidechain-com": lambda a: "SC" if side else "CA",
        "ca-cm": lambda a: "CA" if a == "CA" else "CM",
        "ca-sc": lambda a: "CA" if a in BACKBONE else "SC",
        "backbone": lambda a: {"N": "N", "C": "C", "O": "C"}.get(a, "CA"),
        "mainchain": lambda a: a if a in BACKBONE else "CB" if with_cb else "CA",
    }[name]
    alone = {
        "ca": {"CA"},
        "ca-cm": {"CA"},
        "ca-sc": {"CA"},
        "backbone": {"N", "CA", "C"},
        "mainchain": {*BACKBONE, "CB"} if with_cb else set(BACKBONE),
        "sidechain-com": set() if side else {"CA"},
        "residue-com": set(),
    }[name]
    left_out = set(BACKBONE) if name == "sidechain-com" and side else set()
    beads = {a: {bead(a): ""} for a in atoms}
    if name == "ca-cm":
        beads["CA"] = {"CA": "", "CM": ""}
    return beads, alone, left_out


def lines(name, known, with_cb=False):
    """Lines of ``atoms:`` of one residue; main chains may have a bead at CB, as AWSEM's have."""
    heavy = known.atoms[: known.n_heavy]
    side = [a for a in heavy if a not in BACKBONE]
    parent = template(known.parent)
    extra = [a for a in side if a not in parent.atoms]  # phosphates, selenium
    table_side = [a for a in side if a not in extra]
    if known.name == "MSE":
        extra, table_side = [], ["SD" if a == "SE" else a for a in side]
    beads, alone, left_out = rules(name, known.parent, table_side, with_cb)
    if known.name == "MSE":
        beads = {("SE" if a == "SD" else a): b for a, b in beads.items()}
    for atom in extra:  # a modification belongs to the last bead of its residue
        beads[atom] = dict.fromkeys([list(beads.values())[-1].copy().popitem()[0]], "")
    if name.startswith("martini3") and known.name in LIPIDATED:
        for part in LIPIDATED[known.name].split(", "):
            bead, _, theirs = part.partition(": ")
            beads |= {atom: {bead: ""} for atom in theirs.split()}
    for hydrogen in known.atoms[known.n_heavy :]:
        index = known.index(hydrogen)
        partner = next(int(sum(b) - index) for b in known.bonds if index in b)
        beads[hydrogen] = beads[known.atoms[partner]]
    beads |= {"H1": beads["N"], "H2": beads["N"], "H3": beads["N"], "OXT": beads["C"]}
    left_out |= {"H1", "H2", "H3", *known.atoms[known.n_heavy :]}
    if "C" in left_out:
        left_out.add("OXT")
    ordered = sorted(beads.items(), key=lambda item: name == "ca-cm" and item[0] != "CA")  # CA is the first bead
    for atom, where in ordered:
        text = ",".join(where)
        shares = list(where.values())
        if name == "ca-cm" and len(where) > 1:
            text += "  1,1"
        if any(shares):
            text += f"  {','.join(share or '1' for share in shares)}"
        flag = "  CM" if atom in alone else "  !" if atom in left_out else ""
        yield f"  {atom + ':':6s} {text}{flag}"


def main():
    """Write every mapping."""
    for name in NAMES:
        folder = OUTPUT / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for residue in known_residues():
            known = template(residue)
            if known.kind == "amino":
                lipid = name.startswith("martini3") and residue in LIPIDATED
                aliases = f"aliases: {known.parent}\n" if lipid else ""  # as martinize2 writes them
                for with_cb in (False, True) if name == "mainchain" and "CB" in known.atoms else (False,):
                    body = "\n".join(lines(name, known, with_cb))
                    file = folder / f"{residue.lower()}{'_cb' if with_cb else ''}.yaml"
                    file.write_text(f"molecule: {residue}\n{aliases}\natoms:\n{body}\n")


if __name__ == "__main__":
    main()
