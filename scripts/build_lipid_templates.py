"""Make ``src/unbead/chem/data/templates-lipids.json``.

Atoms and bonds come from OpenMM's CHARMM36, reference bond lengths and angles are its means at 310 K (its parameters
differ from them by up to 6 degrees). Stereochemistry comes from the SMILES that stand here and is laid onto the atom
names through the bond graph. Conformers are RDKit's with the tails stretched, minimised with bonds and angles held at
the reference. All is done without charges, so that heads do not curl up in vacuum.

Lipids that CHARMM36 lacks are put together of parts that it has: PAPC is SAPC with the first tail of POPC.

Run: ``pip install rdkit networkx openmm && python scripts/build_lipid_templates.py``
"""

import json
import xml.etree.ElementTree as ET
from io import StringIO
from itertools import combinations
from pathlib import Path

import networkx as nx
import numpy as np
from build_templates import swaps
from openmm import app
from rdkit import Chem
from rdkit.Chem import AllChem, rdMolTransforms
from vacuum import Vacuum

OUTPUT = Path(__file__).parents[1] / "src/unbead/chem/data/templates-lipids.json"
CHARMM = Path(app.__file__).parent / "data/charmm36_2024.xml"
LIPIDS = """
    POPC POPE POPG POPS POPA POPI POPI24 DOPC DOPE DOPG DOPS DOPA DPPC DPPE DPPG DPPS DPPA DLPC DLPE DLPG DLPS
    DMPC DMPE DMPG DMPS DSPC DSPE DSPG DSPS DYPC DYPE DUPC DLIPE PLPC PLPE PLPS PYPE SOPC SOPE SOPS SOPG SAPC SAPE SAPS
    SDPC SDPE SDPS SAPI SAPI24 DAPC PDOPC PDOPE PAPC PAPE PAPS PSM SSM TOCL2 TMCL2 CHL1
""".split()
# name: (residue with the head and the second tail, residue with the first tail)
SPLICED = {"PAPC": ("SAPC", "POPC"), "PAPE": ("SAPE", "POPE"), "PAPS": ("SAPS", "POPS")}
# What follows the phosphate's second ester oxygen.
HEADS = {
    "PC": "CC[N+](C)(C)C",
    "PE": "CC[NH3+]",
    "PS": "C[C@@H](C(=O)[O-])[NH3+]",
    "PG": "C[C@H](O)CO",
    "PA": "[H]",
    "PI": "[C@@H]1[C@H](O)[C@H](O)[C@@H](O)[C@H](O)[C@H]1O",
}
STEROL = {"CHL1": "C[C@H](CCCC(C)C)[C@H]1CC[C@@H]2[C@@]1(CC[C@H]3[C@H]2CC=C4[C@@]3(CC[C@@H](C4)O)C)C"}
CIS_OLEOYL, MYRISTOYL = "C(=O)CCCCCCC/C=C\\CCCCCCCC", "C(=O)CCCCCCCCCCCCC"
# OpenMM's files lack the bond and the angles between the inositol's oxygen and the phosphorus; these classes stand in.
ALIKE = {"OC30P": "OSLP", "CC3161": "CTL1"}
TRIES, CHOSEN = 16, 4  # conformers, and how many of the best are minimised


class Charmm:
    """Residues and reference values of the force field."""

    def __init__(self):
        root = ET.parse(CHARMM).getroot()
        self.types = {t.get("name"): (t.get("class"), t.get("element")) for t in root.find("AtomTypes")}
        self.residues = {r.get("name"): r for r in root.find("Residues")}
        self.lengths, self.angles, self.means = {}, {}, {}
        for bond in root.find("HarmonicBondForce"):
            self.lengths[frozenset((bond.get("class1"), bond.get("class2")))] = 10 * float(bond.get("length"))
        for angle in root.find("HarmonicAngleForce"):
            ends, middle = (angle.get("class1"), angle.get("class3")), angle.get("class2")
            for a, b in (ends, ends[::-1]):
                self.angles[a, middle, b] = np.degrees(float(angle.get("angle")))

    def parameter(self, classes):
        """Reference length in Å or angle in degrees, and whether the force field has it."""
        if len(classes) == 2:
            own, other = frozenset(classes), frozenset(ALIKE.get(c, c) for c in classes)
            return (self.lengths[own], True) if own in self.lengths else (self.lengths[other], False)
        other = tuple(ALIKE.get(c, c) for c in classes)
        return (self.angles[classes], True) if classes in self.angles else (self.angles[other], False)

    def residue(self, name):
        """Atoms ``{name: (type, charge)}`` and bonds of a residue."""
        if name in SPLICED:
            (atoms, bonds), (others, other_bonds) = (self.residue(part) for part in SPLICED[name])
            first = [a for a in others if in_first_tail(a)]
            atoms = {a: v for a, v in atoms.items() if not in_first_tail(a)} | {a: others[a] for a in first}
            bonds = {b for b in bonds | other_bonds if b <= set(atoms)}
            return atoms, bonds
        found = self.residues[name]
        atoms = {a.get("name"): (a.get("type"), a.get("charge")) for a in found.iter("Atom")}
        return atoms, {frozenset((b.get("atomName1"), b.get("atomName2"))) for b in found.iter("Bond")}


def in_first_tail(atom):
    """Whether an atom is beyond the carbonyl of the first tail: C32 ... and hydrogens H2X, H10Y, H16Z."""
    return (atom.startswith("C3") and int(atom[1:] or 0) > 31) or (
        atom[0] == "H" and atom[1:-1].isdigit() and atom[-1] in "XYZ"
    )


def tail(graph, elements, carbonyl, alpha):
    """SMILES of a fatty acyl group, all its double bonds cis."""
    chain = [carbonyl, alpha]
    while onward := [j for j in graph[chain[-1]] if elements[j] != "H" and j not in chain]:
        chain += onward
    flat = [len(graph[c]) == 3 for c in chain]
    text, k = "C(=O)", 1
    while k < len(chain):
        if flat[k] and k + 1 < len(chain) and flat[k + 1]:
            text, k = text + "/C=C\\", k + 2
        else:
            text, k = text + "C", k + 1
    return text


def smiles(name, graph, elements):
    """SMILES with the stereochemistry of a lipid."""
    if name in STEROL:
        return STEROL[name]
    if name.endswith("SM"):
        base = "/C=C/CCCCCCCCCCCCC"
        return f"C[N+](C)(C)CCOP(=O)([O-])OC[C@@H]([C@H](O){base})N{tail(graph, elements, 'C1F', 'C2F')}"
    if name.endswith("CL2"):
        acid = CIS_OLEOYL if name == "TOCL2" else MYRISTOYL
        half = f"OP(=O)([O-])OC[C@H](O{acid})CO{acid}"
        return f"C({half})C(O)C{half}"
    first, second = tail(graph, elements, "C31", "C32"), tail(graph, elements, "C21", "C22")
    if name.endswith("24"):
        head = "[C@@H]1[C@H](O)[C@H](O)[C@@H](OP(=O)(O)[O-])[C@H](OP(=O)([O-])[O-])[C@H]1O"
    else:
        head = HEADS[name[-2:]]
    return f"[O-]P(=O)(O{head})OC[C@@H](CO{first})O{second}"


def molecule(name, atoms, graph, elements):
    """RDKit molecule with stereochemistry; its atoms stand in the order of `atoms`."""
    made = Chem.AddHs(Chem.MolFromSmiles(smiles(name, graph, elements)))
    theirs = nx.Graph([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in made.GetBonds()])
    symbol = {a.GetIdx(): a.GetSymbol() for a in made.GetAtoms()}

    def heavy(whole, of):
        skeleton = nx.Graph(whole.subgraph([i for i in whole if of[i] != "H"]))
        kinds = {i: (of[i], sum(of[j] == "H" for j in whole[i])) for i in skeleton}
        nx.set_node_attributes(skeleton, kinds, "kind")
        return skeleton

    same = nx.isomorphism.GraphMatcher(
        heavy(graph, elements), heavy(theirs, symbol), node_match=lambda a, b: a["kind"] == b["kind"]
    )
    if not same.is_isomorphic():
        raise SystemExit(f"{name}: the SMILES is another molecule than CHARMM36's")
    place = dict(same.mapping)
    for ours, other in same.mapping.items():
        hydrogens = [
            [j for j in sorted(g[i], key=str) if of[j] == "H"]
            for g, of, i in ((graph, elements, ours), (theirs, symbol, other))
        ]
        place |= dict(zip(*hydrogens, strict=True))
    return Chem.RenumberAtoms(made, [place[a] for a in atoms])


def stretch(mol):
    """Set the dihedrals of chains of CH2 to trans."""
    heavy = {a.GetIdx(): [b.GetIdx() for b in a.GetNeighbors() if b.GetSymbol() != "H"] for a in mol.GetAtoms()}
    link = [
        a.GetIdx() for a in mol.GetAtoms()
        if a.GetSymbol() == "C" and a.GetDegree() == 4 and len(heavy[a.GetIdx()]) == 2 and not a.IsInRing()
        and all(mol.GetAtomWithIdx(b).GetSymbol() == "C" for b in heavy[a.GetIdx()])
    ]  # fmt: skip
    for bond in mol.GetBonds():
        j, k = bond.GetBeginAtomIdx(), bond.GetEndAtomIdx()
        if j in link and k in link:
            i, m = (next(n for n in heavy[a] if n != b) for a, b in ((j, k), (k, j)))
            rdMolTransforms.SetDihedralDeg(mol.GetConformer(), i, j, k, m, 180.0)


def force_field(charmm):
    """CHARMM36 with one residue per lipid, ``our-POPC`` and so on; those that it has are the same."""
    residues = ""
    for name in LIPIDS:
        atoms, bonds = charmm.residue(name)
        lines = [f'<Atom name="{a}" type="{kind}" charge="{charge}"/>' for a, (kind, charge) in atoms.items()]
        lines += ['<Bond atomName1="{}" atomName2="{}"/>'.format(*bond) for bond in bonds]
        residues += f'<Residue name="our-{name}">{"".join(lines)}</Residue>'
    return app.ForceField(str(CHARMM), StringIO(f"<ForceField><Residues>{residues}</Residues></ForceField>"))


def conformer(name, mol, atoms, vacuum, planes):
    """Coordinates of a stretched conformer with all tails on one side, planar groups flat, stereochemistry as given."""
    wanted = stereo(mol)
    heavy = [a.GetIdx() for a in mol.GetAtoms() if a.GetSymbol() != "H"]
    methyls = [i for i in heavy if mol.GetAtomWithIdx(i).GetTotalNumHs(True) == 3]
    ends = [i for i in methyls if mol.GetAtomWithIdx(i).GetNeighbors()[0].GetSymbol() == "C"]
    anchor = atoms.index("O3" if name in STEROL else "C2" if name.endswith("CL2") else "P")
    distant = Chem.GetDistanceMatrix(mol)[np.ix_(heavy, heavy)] > 3
    found = []
    for seed in range(TRIES):
        trial = Chem.Mol(mol)
        if AllChem.EmbedMolecule(trial, randomSeed=17 * seed + 1, useRandomCoords=True) != 0:
            continue
        stretch(trial)
        points = trial.GetConformer().GetPositions()
        if not right(trial, points, wanted, planes):
            continue
        far = min(np.linalg.norm(points[i] - points[anchor]) for i in ends)
        apart = max(np.linalg.norm(points[i] - points[j]) for i in ends for j in ends)
        between = np.linalg.norm(points[heavy][:, None] - points[heavy], axis=-1)[distant]
        found.append((far - 0.5 * apart - 2.0 * (between < 3.0).sum(), points))
    best = sorted(found, key=lambda f: -f[0])[:CHOSEN]
    minima = [vacuum.minimise(points, 1.0) for _, points in best]
    kept = [points for points, _ in sorted(minima, key=lambda m: m[1]) if right(mol, points, wanted, planes)]
    if not kept:
        raise SystemExit(f"{name}: no conformer keeps its stereochemistry")
    return kept[0]


def right(mol, points, wanted, planes):
    """Whether stereocentres and double bonds are as wanted, and esters and amides as they should be."""
    trial = Chem.Mol(mol)
    trial.RemoveAllConformers()
    shape = Chem.Conformer(len(points))
    for i, point in enumerate(points):
        shape.SetAtomPosition(i, point.tolist())
    trial.AddConformer(shape)
    return keeps(stereo(trial, from_3d=True), wanted) and all(usual(mol, points, plane) for plane in planes)


def usual(mol, points, plane):
    """Whether the carbonyl oxygen of an ester or amide is cis to what the other oxygen or N bears."""
    heavy = {i: [b.GetIdx() for b in mol.GetAtomWithIdx(i).GetNeighbors() if b.GetIdx() in plane] for i in plane}
    oxygens = [i for i in plane if len(heavy[i]) == 1 and mol.GetAtomWithIdx(i).GetSymbol() == "O"]
    if len(plane) == 5 and len(oxygens) == 1:
        far = max(plane, key=lambda i: len(nx.shortest_path(nx.Graph(heavy), i, heavy[oxygens[0]][0])))
        return np.linalg.norm(points[far] - points[oxygens[0]]) < 3.1  # 2.7 Å when cis, 3.6 Å when trans
    return True


def keeps(found, wanted):
    """Whether all stereocentres and double bonds are as wanted; centres between equal arms get labels of their own."""
    return all(there.items() >= asked.items() for there, asked in zip(found, wanted, strict=True))


def stereo(mol, from_3d=False):
    """Stereocentres and double bonds with their labels."""
    mol = Chem.Mol(mol)
    if from_3d:
        Chem.AssignStereochemistryFrom3D(mol)
    Chem.AssignStereochemistry(mol, cleanIt=True, force=True)
    centres = {
        a.GetIdx(): a.GetProp("_CIPCode") for a in mol.GetAtoms() if a.HasProp("_CIPCode") and a.GetSymbol() == "C"
    }
    bonds = {tuple(sorted((b.GetBeginAtomIdx(), b.GetEndAtomIdx()))): b.GetStereo() for b in mol.GetBonds()
             if b.GetStereo() in (Chem.BondStereo.STEREOE, Chem.BondStereo.STEREOZ)}  # fmt: skip
    return centres, bonds


def name_hydrogens(graph, elements, points):
    """Swap the hydrogens of CH2 groups where needed, so that they are named as CHARMM's structures have them."""
    for i in graph:
        light = [j for j in sorted(graph[i]) if elements[j] == "H"]
        heavy = sorted(j for j in graph[i] if elements[j] != "H")
        if len(light) == 2 and len(heavy) == 2:
            a, b, c = (points[j] - points[i] for j in (heavy[0], *light))
            if a @ np.cross(b, c) < 0:
                points[light] = points[light[::-1]]


def planar_groups(graph, elements):
    """Coplanar heavy atoms: double bonds, esters, amides and carboxylates, each with all that hangs on it."""
    heavy = {i: sorted(j for j in graph[i] if elements[j] != "H") for i in graph if elements[i] != "H"}
    flat = {i for i in heavy if elements[i] == "C" and len(graph[i]) == 3}
    groups = []
    for i in sorted(flat):
        core = {
            i,
            *(j for j in heavy[i] if j in flat or (elements[j] == "O" and len(heavy[j]) == 2) or elements[j] == "N"),
        }
        groups.append(sorted({i, *heavy[i], *(k for j in core for k in heavy[j])}))
    return sorted({tuple(group) for group in groups})


def centres_of(mol, graph, elements, points):
    """Rows of a stereocentre and three heavy neighbours whose triple product is positive."""
    rows = []
    for i in stereo(mol)[0]:
        around = sorted(j for j in graph[i] if elements[j] != "H")[:3]
        a, b, c = (points[j] - points[i] for j in around)
        rows.append([i, *(around if a @ np.cross(b, c) > 0 else [around[0], around[2], around[1]])])
    return rows


def references(charmm, atoms, graph, vacuum, points, bonds, bent, classes):
    """Mean lengths and angles by the classes of their atoms, those of rings by their atoms; runs where some are new."""
    ring = {i for cycle in nx.cycle_basis(graph) for i in cycle}
    keys = [
        (*(atoms[i] for i in term), *classes[term]) if set(term) & ring else min(classes[term], classes[term][::-1])
        for term in (*bonds, *bent)
    ]
    if not set(keys) <= set(charmm.means):
        measured = np.concatenate(vacuum.means(points, bonds, bent))
        for key in set(keys) - set(charmm.means):
            charmm.means[key] = float(np.mean([v for k, v in zip(keys, measured, strict=True) if k == key]))
    return [charmm.means[key] for key in keys]


def build(name, charmm, field):
    """One template as a JSON object."""
    known, bonded = charmm.residue(name)
    symbols = {a: charmm.types[known[a][0]][1] for a in known}
    atoms = sorted(known, key=lambda a: symbols[a] == "H")
    place = {a: i for i, a in enumerate(atoms)}
    named = nx.Graph([tuple(b) for b in bonded])
    mol = molecule(name, atoms, named, symbols)
    bonds = sorted(tuple(sorted(place[a] for a in b)) for b in bonded)
    graph = nx.Graph(bonds)
    elements = {i: symbols[a] for a, i in place.items()}
    planes = planar_groups(graph, elements)
    kind = [charmm.types[known[a][0]][0] for a in atoms]
    bent = [(i, j, k) for j in sorted(graph) for i, k in combinations(sorted(graph[j]), 2)]
    classes = {term: tuple(kind[i] for i in term) for term in (*bonds, *bent)}
    missing = [(*term, charmm.parameter(c)[0]) for term, c in classes.items() if not charmm.parameter(c)[1]]
    vacuum = Vacuum(field, f"our-{name}", atoms, list(elements.values()), bonds, missing, planes)
    points = conformer(name, mol, atoms, vacuum, planes)
    values = references(charmm, atoms, graph, vacuum, points, bonds, bent, classes)
    points = vacuum.regular(points, bonds, bent, values)
    if not right(mol, points, stereo(mol), planes):
        raise SystemExit(f"{name}: the last conformer has lost its stereochemistry")
    points -= points[[i for i in elements if elements[i] != "H"]].mean(0)
    name_hydrogens(graph, elements, points)

    return {
        "parent": name,
        "kind": "sterol" if name in STEROL else "lipid",
        "atoms": atoms,
        "elements": [symbols[a] for a in atoms],
        "bonds": bonds,
        "bond_lengths": [round(v, 4) for v in values[: len(bonds)]],
        "angles": bent,
        "angle_values": [round(v, 2) for v in values[len(bonds) :]],
        "chiral": centres_of(mol, graph, elements, points),
        "prochiral": [],
        "planar": planes,
        "symmetric": swaps(graph, elements, []),
        "coordinates": np.round(points, 3).tolist(),
    }


def main():
    """Write the file."""
    charmm = Charmm()
    field = force_field(charmm)
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(build(name, charmm, field))}" for name in LIPIDS)
    OUTPUT.write_text(f'{{"templates": {{\n{text}\n}}}}\n')


if __name__ == "__main__":
    main()
