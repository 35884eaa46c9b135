"""Make ``templates-molecules.json`` and ``_martini3-solvents``: solvents and molecular ions of Martini 3.

Names and beads are those of Martini 3's solvents_v1 and ions_v1; structures stand here as SMILES and come from RDKit
(ETKDG, MMFF94s). Which molecule a name means is told by the names themselves and by the Martini 3 small molecules
(Souza et al., Nat. Methods 2021, 18, 382; Alessandri et al., Adv. Theory Simul. 2022, 5, 2100391). Alkenes and alkynes
are taken to be 1-ene and 1-yne, TXE, three beads of C-O-C, to be bis(2-methoxyethyl) ether. A bead of methanol is two.
Templates are called ``SOLVENT HEX``, so that residues of other files that bear these names are not taken for them.

Run: ``pip install rdkit && python scripts/build_solvents.py``
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from rdkit import Chem

from unbead.chem.molecules.reader import read_molecule
from unbead.chem.molecules.template import make_template, number_names

OUTPUT = Path(__file__).parents[1] / "src/unbead"
# Name written, name of Martini (and others), SMILES, and the atoms of each bead by their place in the SMILES.
TABLE = """
DMSO DMSO      CS(C)=O             S1:0-2 O2:3
ACN  ACN       CC#N                ACN:0-2
HEX  HEX       CCCCCC              C1:0-2 C2:3-5
OCT  OCT       CCCCCCCC            C1:0-3 C2:4-7
DOD  DOD       CCCCCCCCCCCC        C1:0-3 C2:4-7 C3:8-11
HXDE HD        CCCCCCCCCCCCCCCC    C1:0-3 C2:4-7 C3:8-11 C4:12-15
HXE  HXE       C=CCCCC             D1:0-2 C2:3-5
OCE  OCE       C=CCCCCCC           D1:0-3 C2:4-7
DOE  DOE       C=CCCCCCCCCCC       D1:0-3 C2:4-7 C3:8-11
HXY  HXY       C#CCCCC             T1:0-2 C2:3-5
OCY  OCY       C#CCCCCCC           T1:0-3 C2:4-7
HXDI HXD14     C=CC/C=C/C          D1:0-2 D2:3-5
OCDD OCD912,OCD91 CCCCCCCC/C=C\\C/C=C\\CCCCC C1:0-4 C2:5-8 C3:9-12 C4:13-17
DCE  DCE       ClCCCl              CX:0-3
CLF  CLF       ClC(Cl)Cl           CX:0-3
TCM  TCM       ClC(Cl)(Cl)Cl       CX:0-4
TCE  TCE       ClC=C(Cl)Cl         CX:0-4
TFE  TFEOL     OCC(F)(F)F          CO:0-1 CX:2-5
MEO  MEO       CO                  MEO:0-1
ETO  ETO       CCO                 ETO:0-2
IPO  IPO       CC(O)C              IPO:0-3
POL  PRO       CCCO                PRO:0-3
BTO  BTO       CCCCO               C1:0-1 O2:2-4
HXO  HXO       CCCCCCO             C1:0-2 R2:3-6
HPO  HPO       CCCCCCCO            C1:0-3 R2:4-7
OCO  OCO       CCCCCCCCO           C1:0-2 C2:3-5 PC:6-8
ETH  ETH       CCOCC               CO:0-4
DISH DISH      CC(C)OC(C)C         C1:0-2 O2:3 C3:4-6
DXE  DXE       COCCOC              R1:0-2 R2:3-5
TXE  TXE       COCCOCCOC           R1:0-2 R2:3-5 R3:6-8
DISS DISS      CC(C)SC(C)C         C1:0-2 S2:3 C3:4-6
PPN  PPN       CC(C)=O             CO:0-3
BTN  BTN       CCC(C)=O            CO:0-4
ANN  ANN       CC(=O)CC(C)=O       R1:0-3 R2:4-6
HXN  HXN       CCCCC(C)=O          C1:0-2 R2:3-6
HPN  HPN       CCCCCC(C)=O         C1:0-3 R2:4-7
BTA  BTA       CCCC=O              C1:0-1 N2:2-4
HXA  HXA       CCCCCC=O            C1:0-2 R2:3-6
HPA  HPA       CCCCCCC=O           C1:0-3 R2:4-7
MEA  MEA       COC(C)=O            CO:0-4
ETA  ETA       CCOC(C)=O           R1:0-2 R2:3-5
IBA  IBA       CC(C)COC(C)=O       R1:0-3 R2:4-7
TBA  TBA       CC(C)(C)OC(C)=O     R1:0-3 R2:4-7
NBA  NBA       CCCCOC(C)=O         R1:0-3 R2:4-7
DEI  DEI       CCNCC               N1:0-4
TMI  TMI       CN(C)C              N1:0-3
PPI  PPI       CCCN                N1:0-3
NDI  NDI       CCN(C)C             N1:0-4
BTI  BTI       CCCCN               C1:0-1 N2:2-4
PTI  PTI       CCCCCN              C1:0-2 N2:3-5
HXI  HXI       CCCCCCN             C1:0-2 N2:3-6
HPI  HPI       CCCCCCCN            C1:0-3 N2:4-7
OCI  OCI       CCCCCCCCN           C1:0-2 C2:3-5 NC:6-8
ACAC ACAC      CC(=O)O             CO:0-3
PRAC PRAC      CCC(=O)O            CO:0-4
DMFD DMFD      CN(C)C=O            CNO:0-4
DMAD DMAD      CN(C)C(C)=O         CNO:0-5
TMA  TMA       C[N+](C)(C)C        TMA:0-4
ACT  ACE       CC(=O)[O-]          CL:0-3
BF4  BF4       F[B-](F)(F)F        BF4:0-4
PF6  PF6       F[P-](F)(F)(F)(F)F  PF6:0-6
SCN  SCN       [S-]C#N             SCN:0-2
CLO4 CLO4      [O-]Cl(=O)(=O)=O    CLO:0-4
NO3  NO3       O=[N+]([O-])[O-]    NO3:0-3
MIM  MIM       Cn1cc[n+](C)c1      SI1:0-1 SI2:4-6 SI3:2-3
EIM  EIM       CCn1cc[n+](C)c1     SI1:0-2 SI2:5-7 SI3:3-4
BIM  BIM       CCCCn1cc[n+](C)c1   SI4:0-3 SI1:4,9 SI2:7-8 SI3:5-6
OIM  OIM       CCCCCCCCn1cc[n+](C)c1 SI5:0-3 SI4:4-7 SI1:8,13 SI2:11-12 SI3:9-10
DIM  DIM       CCCCCCCCCCCCn1cc[n+](C)c1 SI6:0-3 SI5:4-7 SI4:8-11 SI1:12,17 SI2:15-16 SI3:13-14
PHO  PHO       P PHO
"""
HEXYL, TETRADECYL = "CCCCCC", "CCCCCCCCCCCCCC"
PHOSPHONIUM = f"[P+]({HEXYL})({HEXYL})({HEXYL}){TETRADECYL}"
PHOSPHONIUM_BEADS = (
    "P1:0,1,7,13,19 C2:2-3 C3:4-6 C4:8-9 C5:10-12 C6:14-15 C7:16-18 C8:20-23 C9:24-26 C10:27-29 C11:30-32"
)
PF = 1.60  # Å, crystals of hexafluorophosphates
PAIR = 3.6  # Å between the carbons of the two methanols of a bead


def octahedron():
    """Hexafluorophosphate, which MMFF does not know."""
    made = Chem.MolFromSmiles("F[P-](F)(F)(F)(F)F")
    shape = Chem.Conformer(7)
    corners = iter([(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)])
    for atom in made.GetAtoms():
        place = (0.0, 0.0, 0.0) if atom.GetSymbol() == "P" else [PF * x for x in next(corners)]
        shape.SetAtomPosition(atom.GetIdx(), place)
    made.AddConformer(shape)
    return made


def twice(known):
    """Two molecules side by side as one residue."""
    n, heavy = len(known.atoms), known.n_heavy
    order = [*range(heavy), *range(n, n + heavy), *range(heavy, n), *range(n + heavy, 2 * n)]
    place = np.argsort(order)

    def both(rows):
        return np.concatenate([place[rows], place[rows + n]])

    return replace(
        known,
        atoms=number_names([(known.elements * 2)[i] for i in order]),
        elements=tuple((known.elements * 2)[i] for i in order),
        bonds=both(known.bonds),
        bond_lengths=np.tile(known.bond_lengths, 2),
        angles=both(known.angles),
        angle_values=np.tile(known.angle_values, 2),
        coordinates=np.concatenate([known.coordinates, known.coordinates * [-1, -1, 1] + [0, PAIR, 0]])[order],
    )


def main():
    """Write the templates and the mapping files."""
    folder = OUTPUT / "mapping/data/_martini3-solvents"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    lines = []
    for row in TABLE.strip().splitlines():
        name, aliases, smiles, *beads = row.split()
        if name == "PHO":
            smiles, beads = PHOSPHONIUM, PHOSPHONIUM_BEADS.split()
        molecule = octahedron() if name == "PF6" else read_molecule(smiles.replace("\\\\", "\\"))[0]
        names = number_names([atom.GetSymbol() for atom in molecule.GetAtoms()])
        known = make_template(molecule, name, names)
        owner = {}
        for bead in beads:
            label, places = bead.split(":")
            for part in places.split(","):
                first, _, last = part.partition("-")
                for i in range(int(first), int(last or first) + 1):
                    owner[names[i]] = label
        if name == "MEO":
            known = twice(known)
            owner = dict.fromkeys(known.atoms[: known.n_heavy], "MEO")
        if set(owner) != set(known.atoms[: known.n_heavy]):
            raise SystemExit(f"{name}: {set(owner) ^ set(known.atoms[: known.n_heavy])}")
        facts = {
            "parent": f"SOLVENT {name}",
            "kind": "molecule",
            "atoms": known.atoms,
            "elements": known.elements,
            "bonds": known.bonds.tolist(),
            "bond_lengths": known.bond_lengths.round(3).tolist(),
            "angles": known.angles.tolist(),
            "angle_values": known.angle_values.round(1).tolist(),
            "chiral": known.chiral.tolist(),
            "prochiral": [],
            "planar": known.planar,
            "symmetric": known.symmetric if len(known.symmetric) < 30 else (),
            "coordinates": known.coordinates.round(3).tolist(),
        }
        lines.append(f"{json.dumps(f'SOLVENT {name}')}: {json.dumps(facts, default=list)}")
        others = dict.fromkeys([*aliases.split(","), name])
        text = f"molecule: SOLVENT {name}\naliases: [{', '.join(others)}]\n\natoms:\n"
        for label in dict.fromkeys(bead.split(":")[0] for bead in beads):
            text += "".join(f"  {atom + ':':5s} {label}\n" for atom in owner if owner[atom] == label)
        (folder / f"{name.lower()}.yaml").write_text(text)
    (OUTPUT / "chem/data/templates-molecules.json").write_text('{"templates": {\n' + ",\n".join(lines) + "\n}}\n")


if __name__ == "__main__":
    main()
