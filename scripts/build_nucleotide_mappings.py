"""Write the mapping files of nucleic acids into ``src/unbead/mapping/data``.

``_martini2-nucleic``: three beads of the backbone and three or four of the base; the phosphate's bead also holds O3' of
the residue before, and residues at the 5' end lack it. ``_com-nucleic``: the centre of mass. ``_one-bead-nucleic``: a
bead at P, or one at C4'.

Sources: Uusitalo et al., J. Chem. Theory Comput. 2015 (10.1021/acs.jctc.5b00286) and Biophys. J. 2017
(10.1016/j.bpj.2017.05.043).
"""

import shutil
from pathlib import Path

from unbead.chem.templates import known_residues, template

OUTPUT = Path(__file__).parents[1] / "src/unbead/mapping/data"
PHOSPHATE = "P OP1 OP2 O5'"
BACKBONE = {"BB1": f"{PHOSPHATE} -O3'", "BB2": "C5' O4' C4'", "BB3": "C3' C2' O2' C1'"}
BASES = {
    "A": {"SC1": "N9 C4", "SC2": "C2 N3", "SC3": "C6 N6 N1", "SC4": "C8 N7 C5"},
    "G": {"SC1": "N9 C4", "SC2": "C2 N2 N3", "SC3": "C6 O6 N1", "SC4": "C8 N7 C5"},
    "C": {"SC1": "N1 C6", "SC2": "N3 C2 O2", "SC3": "C5 C4 N4"},
    "T": {"SC1": "N1 C6", "SC2": "N3 C2 O2", "SC3": "C5 C4 O4 C7"},
    "U": {"SC1": "N1 C6", "SC2": "N3 C2 O2", "SC3": "C5 C4 O4"},
}


def martini2(known):
    """Lines of one residue; O3' goes with its sugar without counting there, and so does O5' at the 5' end."""
    beads = BACKBONE | BASES[known.parent[-1]]
    if "P" not in known.atoms:
        beads = {name: atoms for name, atoms in beads.items() if name != "BB1"}
    bead = {atom: name for name, atoms in beads.items() for atom in atoms.split()}
    rows = [(atom, bead[atom], "") for atom in (*known.atoms, "-O3'") if atom in bead]
    rows += [(atom, other, "!") for atom, other in (("O5'", "BB2"), ("O3'", "BB3")) if atom not in bead]
    return sorted(rows, key=lambda row: row[1])


def one(known, bead, alone=""):
    """Lines of a residue with one bead."""
    for atom in known.atoms[: known.n_heavy]:
        yield atom, bead, "CM" if atom == alone else "!" if alone else ""


def write(folder, stem, name, rows):
    """Write one file."""
    lines = [f"  {atom + ':':6s} {bead}{f'  {flag}' if flag else ''}" for atom, bead, flag in rows]
    (folder / f"{stem}.yaml").write_text(f"molecule: {name}\n\natoms:\n" + "\n".join(lines) + "\n")


def main():
    """Write every folder."""
    folders = {name: OUTPUT / f"_{name}" for name in ("martini2-nucleic", "com-nucleic", "one-bead-nucleic")}
    for folder in folders.values():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    for name in known_residues():
        known = template(name)
        if known.kind != "nucleotide":
            continue
        stem = name.lower()
        write(folders["martini2-nucleic"], stem, name, martini2(known))
        write(folders["com-nucleic"], stem, name, one(known, "CM"))
        if "P" in known.atoms:
            write(folders["one-bead-nucleic"], stem, name, one(known, "P", "P"))
        write(folders["one-bead-nucleic"], f"{stem}_c4", name, one(known, "C4'", "C4'"))


if __name__ == "__main__":
    main()
