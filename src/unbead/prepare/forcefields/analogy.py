"""Types and charges of lipids that a force field's file lacks, from lipids of the same parts that it has."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from unbead.chem.templates import Template

REACH = 6  # bonds; atoms whose surroundings are the same that far have the same type and charge
WHOLE = 1e-3  # e, that a molecule's charge may be off a whole number


def add_by_analogy(residues: Element, known: Iterable[Template]) -> None:
    """Describe molecules that a file lacks by those that it has.

    The tails and heads of CHARMM's lipids are transferable: an atom's type and charge depend on what is bonded around
    it, not on the lipid. Where two lipids disagree, the value that more of them have is taken.

    Parameters
    ----------
    residues : Element
        The list of residues of a force field's file; entries are added for molecules all of whose atoms have a model.
    known : iterable of Template
        Molecules, whether the file has them or not.
    """
    entries = {entry.get("name"): entry for entry in residues}
    labels: dict[tuple, int] = {}
    models: dict[int, Counter] = defaultdict(Counter)
    lacking = []
    for molecule in known:
        around = surroundings_of_atoms(molecule, labels)
        if molecule.name not in entries:
            lacking.append((molecule, around))
            continue
        facts = {
            atom.get("name"): (atom.get("type"), atom.get("charge")) for atom in entries[molecule.name].iter("Atom")
        }
        for name, label in zip(molecule.atoms, around, strict=True):
            models[label][facts[name]] += 1
    for molecule, around in lacking:
        if all(label in models for label in around):
            chosen = [models[label].most_common(1)[0][0] for label in around]
            charge = sum(float(value) for _, value in chosen)
            if abs(charge - round(charge)) < WHOLE:
                residues.append(_entry(molecule, chosen))


def surroundings_of_atoms(molecule: Template, labels: dict[tuple, int]) -> list[int]:
    """Number the surroundings of atoms: equal numbers, equal elements and bonds six bonds around.

    Parameters
    ----------
    molecule : Template
        A molecule.
    labels : dict of tuple to int
        Numbers given so far; extended. Molecules are comparable if they were numbered with the same.

    Returns
    -------
    list of int
        One number per atom (colour refinement: Weisfeiler and Leman, 1968).
    """
    bonded: list[list[int]] = [[] for _ in molecule.atoms]
    for a, b in molecule.bonds.tolist():
        bonded[a].append(b)
        bonded[b].append(a)
    label = [labels.setdefault((element,), len(labels)) for element in molecule.elements]
    for _ in range(REACH):
        keys = [(label[i], *sorted(label[j] for j in around)) for i, around in enumerate(bonded)]
        label = [labels.setdefault(key, len(labels)) for key in keys]
    return label


def _entry(molecule: Template, chosen: list[tuple[str, str]]) -> Element:
    entry = Element("Residue", name=molecule.name)
    for name, (kind, charge) in zip(molecule.atoms, chosen, strict=True):
        SubElement(entry, "Atom", name=name, type=kind, charge=charge)
    for a, b in molecule.bonds.tolist():
        SubElement(entry, "Bond", atomName1=molecule.atoms[a], atomName2=molecule.atoms[b])
    return entry
