"""Write the mapping files of lipids into ``src/unbead/mapping/data/_martini3-lipids`` and ``_martini2-lipids``.

Heads stand here as heavy atoms per bead; tails follow the rule of four carbons per bead. Where one residue name has
more than one set of beads (cholesterol of 2023 and before, names of several versions), each set is a file of its own.

Sources: Martini 3, Souza et al., Nat. Methods 2021 (10.1038/s41592-021-01098-3), its phospholipids v1; cholesterol,
Borges-Araújo et al., J. Chem. Theory Comput. 2023 (10.1021/acs.jctc.3c00547); phosphoinositides, Borges-Araújo et al.,
J. Chem. Theory Comput. 2022 (10.1021/acs.jctc.1c00615); gangliosides, López et al., J. Chem. Theory Comput. 2013
(10.1021/ct3009655), whose beads were told apart by their distances in a simulation; Martini 2 lipids, Marrink et al.,
J. Phys. Chem. B 2007 (10.1021/jp071097f) and what real files have.
"""

import shutil
from pathlib import Path

from unbead.chem.templates import known_residues, template

OUTPUT = Path(__file__).parents[1] / "src/unbead/mapping/data"
PHOSPHATE = {"PO4": "P O11 O12 O13 O14"}
GLYCEROL = {"GL1": "C1 C2 O21 C21 O22", "GL2": "C3 O31 C31 O32"}
INOSITOL = {"C1": "C11 C12 O2", "C2": "C15 C16 O6", "C3": "C13 C14 O3"}
HEADS = {
    "PC": {"NC3": "N C11 C12 C13 C14 C15"},
    "PE": {"NH3": "N C11 C12"},
    "PS": {"CNO": "N C11 C12 C13 O13A O13B"},
    "PG": {"GL0": "C11 C12 C13 OC2 OC3"},
    "PA": {},
    "PI": {**INOSITOL, "C2": "C15 C16 O6 O5", "C3": "C13 C14 O3 O4"},
    "PI24": {**INOSITOL, "P4": "P4 O4 OP42 OP43 OP44", "P5": "P5 O5 OP52 OP53 OP54"},
}
SPHINGOSINE = {"OH1": "C1S C2S C3S O3", "AM2": "NF C1F OF"}
SPHINGOSINE_2 = {"AM1": "C1S C2S C3S O3", "AM2": "NF C1F OF"}
CHOLESTEROL = {
    "ROH": "C2 C3 C4 O3", "R1": "C5 C6 C7 C8", "R2": "C1 C9 C10", "R3": "C14 C15 C16", "R4": "C11 C12 C13",
    "R5": "C19", "R6": "C18", "C1": "C17 C20 C21 C22", "C2": "C23 C24 C25 C26 C27",
}  # fmt: skip
CHOLESTEROL_8 = {
    "ROH": "C2 C3 C4 O3", "R1": "C1 C5 C10 C19", "R2": "C6 C7 C8", "R3": "C9 C11 C12", "R4": "C14 C15 C16",
    "R5": "C13 C17 C18", "C1": "C20 C21 C22 C23", "C2": "C24 C25 C26 C27",
}  # fmt: skip
ERGOSTEROL, ERGOSTEROL_8 = (beads | {"C2": f"{beads['C2']} C28"} for beads in (CHOLESTEROL, CHOLESTEROL_8))
# Sugars of gangliosides: A glucose, B galactose, C N-acetylgalactosamine, D galactose, E N-acetylneuraminic acid.
# Which atoms the beads own follows from the distances of beads in real files, which the rigid pairs of a sugar have
# within 0.5 Å; N-acetylgalactosamine's are up to 0.7 Å off, and several other ways to share its atoms are as near.
SUGARS = {
    "GM1": "C1A C2A O1A O2A", "GM2": "C5A C6A O5A O6A", "GM3": "C3A C4A O3A O4A",
    "GM4": "C1B C2B O2B", "GM5": "C5B C6B O5B O6B", "GM6": "C3B C4B O3B O4B",
    "GM7": "C1C C2C N2C C7C C8C O7C", "GM8": "C5C C6C O5C O6C", "GM9": "C3C C4C O3C O4C",
    "GM10": "C1D C2D O2D", "GM11": "C5D C6D O5D O6D", "GM12": "C3D C4D O3D O4D",
    "GM13": "C1E C2E O11E O12E", "GM14": "C3E C4E O4E", "GM15": "C6E O6E C7E O7E", "GM16": "C5E N5E C10E C11E O10E",
    "GM17": "C8E C9E O8E O9E",
}  # fmt: skip
PALMITOYL, STEAROYL, LAUROYL, MYRISTOYL = "C1 C2 C3 C4", "C1 C2 C3 C4", "C1 C2 C3", "C1 C2 C3"
OLEOYL, LINOLEOYL, OLEOYL_5 = "C1 D2 C3 C4", "C1 D2 D3 C4", "C1 C2 D3 C4 C5"
ARACHIDONOYL, DOCOSAHEXAENOYL = "C1 D2 D3 D4 C5", "D1 D2 D3 D4 D5"
# Second tail (chain A) and first tail (chain B) by the first letters of the lipid's name.
TAILS = {
    "PO": (OLEOYL, PALMITOYL), "SO": (OLEOYL, STEAROYL), "DO": (OLEOYL, OLEOYL),
    "PL": (LINOLEOYL, PALMITOYL), "DU": (LINOLEOYL, LINOLEOYL), "DLI": (LINOLEOYL, LINOLEOYL),
    "PA": (ARACHIDONOYL, PALMITOYL), "SA": (ARACHIDONOYL, STEAROYL), "DA": (ARACHIDONOYL, ARACHIDONOYL),
    "SD": (DOCOSAHEXAENOYL, STEAROYL), "PDO": (DOCOSAHEXAENOYL, PALMITOYL),
    "PY": ("C1 C2 D3 C4", PALMITOYL), "DY": ("C1 D2 C3", "C1 D2 C3"),
    "DL": (LAUROYL, LAUROYL), "DM": (MYRISTOYL, MYRISTOYL), "DP": (PALMITOYL, PALMITOYL), "DS": (STEAROYL, STEAROYL),
}  # fmt: skip
# Names that Martini gives residues, where CHARMM36 has others; DLPE is dilauroyl in Martini and dilinoleoyl for some.
ALIASES = {
    "DUPC": ["DIPC"], "DLIPE": ["DIPE", "DLPE"], "PLPC": ["PIPC"], "PLPE": ["PIPE"], "PLPS": ["PIPS"],
    "PDOPC": ["PRPC"], "PDOPE": ["PRPE"], "POPI24": ["POP6"], "SAPI24": ["SAP6"], "PSM": ["DPSM"], "CHL1": ["CHOL"],
    "ERG": ["ERGO"], "GM1": ["DPG1"], "GM3": ["DPG3"],
}  # fmt: skip
GLYCEROLIPIDS = [name for name in known_residues() if template(name).kind == "lipid" and name[-2:] in (*HEADS, "24")]
CARDIOLIPINS = {"TOCL2": "C1 D2 C3 C4", "TMCL2": "C1 C2 C3"}


def atoms_of(beads):
    """Turn ``{bead: "atoms"}`` into ``{atom: bead}``."""
    return {atom: bead for bead, atoms in beads.items() for atom in atoms.split()}


def tail(carbons, beads):
    """Beads of the carbons of a tail: four per bead, and what is over in the first; else as evenly as can be."""
    n, k = len(carbons), len(beads)
    sizes = [n - 4 * (k - 1), *[4] * (k - 1)]
    if not 3 <= sizes[0] <= 5:
        spare = sorted(range(k), key=lambda i: (abs(2 * i - k), -i))[: n % k]  # the middle beads have one more
        sizes = [n // k + (i in spare) for i in range(k)]
    owners = [bead for bead, size in zip(beads, sizes, strict=True) for _ in range(size)]
    return dict(zip(carbons, owners, strict=True))


def carbons(name, pattern, first):
    """Names of a tail's carbons from `first` on, such as C22, C23, ... for ``C2{}``."""
    return [a for k in range(first, 40) if (a := pattern.format(k)) in template(name).atoms]


def glycerolipid(name, tails=None, head=None, crossed=False):
    """Bead by atom; `crossed` where chain B hangs on GL1 and is the second tail, as in the first Martini 2 POPE."""
    second, first = tails or next(TAILS[letters] for letters in (name[:3], name[:2]) if letters in TAILS)
    kind = "PI24" if name.endswith("24") else name[-2:]
    beads = head or HEADS[kind]
    a, b = ("B", "A") if crossed else ("A", "B")
    atoms = atoms_of(beads | PHOSPHATE | GLYCEROL)
    atoms |= tail(carbons(name, "C2{}", 2), [bead + a for bead in second.split()])
    return atoms | tail(carbons(name, "C3{}", 2), [bead + b for bead in first.split()])


def sphingolipid(name, amide, base):
    """Bead by atom, with the beads between head and tails and the names of those of the base's tail."""
    sugars = {bead: atoms for bead, atoms in SUGARS.items() if atoms.split()[0] in template(name).atoms}
    found = atoms_of((HEADS["PC"] | PHOSPHATE if name.endswith("SM") else sugars) | amide)
    found |= tail(carbons(name, "C{}S", 4), [bead + "A" for bead in base.split()])
    return found | tail(carbons(name, "C{}F", 2), [bead + "B" for bead in PALMITOYL.split()])


def cardiolipin(name, beads, centre, glycerols):
    """Bead by atom; `glycerols` are the names of the ester beads of both halves."""
    found = atoms_of({centre: "C1 C2 C3 OG12"})
    for number, p, (a, b), (one, two) in zip((1, 2), "31", ("CD", "AB"), glycerols, strict=True):
        found |= atoms_of({f"PO4{number}": f"P{p} OP{p}1 OP{p}2 OP{p}3 OP{p}4"})
        found |= atoms_of({one: f"C{p}1 C{p}2 O{p}2 C{a}1 O{a}1", two: f"C{p}3 O{p}3 C{b}1 O{b}1"})
        for letter, chain in ((a, "A"), (b, "B")):
            names = [f"{bead}{chain}{number}" for bead in beads.split()]
            found |= tail(carbons(name, f"C{letter}{{}}", 2), names)
    return found


def martini3():
    """All files: stem, template, aliases, bead by atom."""
    for name in GLYCEROLIPIDS:
        yield name, name, ALIASES.get(name, []), glycerolipid(name)
    for name in ("PSM", "SSM"):
        yield name, name, ALIASES.get(name, []), sphingolipid(name, SPHINGOSINE, "T1 C2 C3 C4")
        yield f"{name}_am1", name, ALIASES.get(name, []), sphingolipid(name, SPHINGOSINE_2, "T1 C2 C3")
    for name, beads in CARDIOLIPINS.items():
        yield name, name, [], cardiolipin(name, beads, "GLC", (("GL11", "GL21"), ("GL12", "GL22")))
    yield from other_cardiolipins()
    yield "CHL1", "CHL1", ALIASES["CHL1"], atoms_of(CHOLESTEROL)
    yield "CHL1_8", "CHL1", ALIASES["CHL1"], atoms_of(CHOLESTEROL_8)
    yield "ERG", "ERG", ALIASES["ERG"], atoms_of(ERGOSTEROL)
    yield "ERG_8", "ERG", ALIASES["ERG"], atoms_of(ERGOSTEROL_8)
    for name in ("PAPC", "PAPE", "PAPS", "DAPC"):
        old = "D1 D2 D3 D4 C4"
        tails = (old, old if name == "DAPC" else PALMITOYL)
        yield f"{name}_d1", name, [], glycerolipid(name, tails)
    for name in ("PDOPC", "PDOPE"):
        yield f"{name}_d6", name, ALIASES[name], glycerolipid(name, ("D1 D2 D3 D4 D5 D6", PALMITOYL))


def martini2():
    """All files: stem, template, aliases, bead by atom."""
    for name in GLYCEROLIPIDS:
        if not name.endswith("24"):
            yield name, name, ALIASES.get(name, []), glycerolipid(name)
    bisphosphate = {**INOSITOL, "P2": HEADS["PI24"]["P4"], "P1": HEADS["PI24"]["P5"]}
    yield "POPI24", "POPI24", ["POP2"], glycerolipid("POPI24", head=bisphosphate)
    yield "SAPI24", "SAPI24", ["SAP2"], glycerolipid("SAPI24", head=bisphosphate)
    for name in ("PSM", "SSM", "GM1", "GM3"):
        yield name, name, ALIASES.get(name, []), sphingolipid(name, SPHINGOSINE_2, "T1 C2 C3")
    yield from other_cardiolipins()
    yield "CHL1", "CHL1", ALIASES["CHL1"], atoms_of(CHOLESTEROL_8)
    yield "ERG", "ERG", ALIASES["ERG"], atoms_of(ERGOSTEROL_8)
    for name in ("PAPC", "PAPE", "PAPS", "SAPC", "SAPE", "SAPS", "DAPC"):
        old = "D1 D2 D3 D4 C5"
        tails = (old, old if name == "DAPC" else PALMITOYL)
        yield f"{name}_d1", name, [], glycerolipid(name, tails)
    for name in ("DSPC", "DSPE", "DSPG"):
        yield f"{name}_5", name, [], glycerolipid(name, ("C1 C2 C3 C4 C5",) * 2)
    for name in ("POPC", "POPE", "POPG", "POPS"):
        head = {"GLH": HEADS["PG"]["GL0"]} if name == "POPG" else None
        yield f"{name}_5", name, [], glycerolipid(name, (OLEOYL_5, PALMITOYL), head, crossed=True)


def other_cardiolipins():
    """Cardiolipin as Martini 2 and what follows it name it, with four or five beads per oleoyl."""
    halves = (("GL11", "GL12"), ("GL21", "GL22"))
    names = ["CDL0", "CDL1", "CDL2"]
    yield "TOCL2_cdl4", "TOCL2", names, cardiolipin("TOCL2", OLEOYL, "GL0", halves)
    yield "TOCL2_cdl5", "TOCL2", names, cardiolipin("TOCL2", OLEOYL_5, "GL0", halves)
    yield "TMCL2_cdl3", "TMCL2", [], cardiolipin("TMCL2", MYRISTOYL, "GL0", halves)


def write(folder, files):
    """Write one folder anew."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for stem, name, aliases, beads in files:
        known = template(name)
        heavy = known.atoms[: known.n_heavy]
        if set(beads) != set(heavy):
            raise SystemExit(f"{stem}: {sorted(set(beads) ^ set(heavy))} are in no bead, or not in the template")
        order = dict.fromkeys(beads.values())  # the beads in the order of Martini's files
        text = f"molecule: {name}\n" + (f"aliases: [{', '.join(aliases)}]\n" if aliases else "") + "\natoms:\n"
        for bead in order:
            text += "".join(f"  {atom + ':':6s} {bead}\n" for atom in heavy if beads[atom] == bead)
        (folder / f"{stem.lower()}.yaml").write_text(text)


def main():
    """Write both folders."""
    write(OUTPUT / "_martini3-lipids", martini3())
    write(OUTPUT / "_martini2-lipids", martini2())


if __name__ == "__main__":
    main()
