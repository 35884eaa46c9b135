"""The border to OpenMM: topologies out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.prepare.extras import require
from unbead.prepare.molecule import Molecule

CAPS_ARE_PATCHES = frozenset(("charmm36",))  # force fields that describe a cap as part of the residue beside it


def residue_groups(atoms: Particles, forcefield: str) -> NDArray[np.int64]:
    """Tell which residues are one residue to a force field.

    Parameters
    ----------
    atoms : Particles
        A structure under template names.
    forcefield : str
        ``amber14`` or ``charmm36``; to the latter a cap belongs to the amino acid beside it.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=int64
        Index of the force field's residue.
    """
    names, bonded = atoms.residues.names, atoms.residues.bonded_to_previous
    own = np.ones(len(names), bool)
    if forcefield in CAPS_ARE_PATCHES:
        after_ace = np.append(False, names[:-1] == "ACE")
        own = ~(bonded & (after_ace | np.isin(names, ("NME", "NH2"))))
    return np.cumsum(own) - 1


def label_group(atoms: Particles, forcefield: str, group: int) -> str:
    """Name a force field's residue for a message.

    Parameters
    ----------
    atoms : Particles
        A structure under template names.
    forcefield : str
        ``amber14`` or ``charmm36``.
    group : int
        Index of the force field's residue.

    Returns
    -------
    str
        Such as ``ACE 1 (chain A) + ALA 2 (chain A)``.
    """
    members = np.flatnonzero(residue_groups(atoms, forcefield) == group)
    return " + ".join(atoms.residues.label(int(i)) for i in members)


def unique_names(atoms: Particles, groups: NDArray[np.int64]) -> list[str]:
    """Name atoms so that none in a force field's residue share a name.

    Parameters
    ----------
    atoms : Particles
        A structure under template names.
    groups : ndarray, shape=(n_residues,), dtype=int64
        What `residue_groups` returned.

    Returns
    -------
    list of str
        Atom names; those of caps within another residue carry the cap's name: ``ACE.C``.
    """
    shared = np.bincount(groups)[groups] > 1
    prefix = np.where(shared & np.isin(atoms.residues.names, ("ACE", "NME", "NH2")), atoms.residues.names, "")
    pairs = zip(prefix[atoms.residue_index].tolist(), atoms.names.tolist(), strict=True)
    return [f"{cap}.{name}" if cap else name for cap, name in pairs]


def to_topology(molecule: Molecule, forcefield: str) -> Any:
    """Make an OpenMM topology; every polymer is a chain of its own, so that termini stand at chain ends.

    Parameters
    ----------
    molecule : Molecule
        Atoms and bonds.
    forcefield : str
        ``amber14`` or ``charmm36``: decides whether caps are residues.

    Returns
    -------
    openmm.app.Topology
        Atoms in the order of the molecule.
    """
    app = require("openmm.app")
    atoms, residues = molecule.atoms, molecule.atoms.residues
    elements = {e: app.element.Element.getBySymbol(e) for e in np.unique(atoms.elements).tolist()}
    groups = residue_groups(atoms, forcefield)
    topology = app.Topology()
    chain, made = None, []
    for i, group in enumerate(groups.tolist()):
        if chain is None or not residues.bonded_to_previous[i]:
            chain = topology.addChain(str(residues.chains[i]))
        if group == len(made):
            code = str(residues.insertion_codes[i])
            made.append(topology.addResidue(str(residues.names[i]), chain, str(residues.numbers[i]), code))
    names = unique_names(atoms, groups)
    places = groups[atoms.residue_index].tolist()
    rows = [
        topology.addAtom(name, elements[element], made[place])
        for name, element, place in zip(names, atoms.elements.tolist(), places, strict=True)
    ]
    for a, b in molecule.bonds.tolist():
        topology.addBond(rows[a], rows[b])
    return topology
