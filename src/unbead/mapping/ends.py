"""Nucleotides at the 5' end, which have no phosphate, and beads that hold an atom of the residue before."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.mapping.mapping import Mapping

PHOSPHORUS = "P"
END = "5"  # of the name of a residue without phosphate


def name_ends_of_atoms(atoms: Particles) -> Particles:
    """Rename nucleotides that begin a chain without a phosphate: ``DA`` becomes ``DA5``.

    Parameters
    ----------
    atoms : Particles
        An atomistic structure.

    Returns
    -------
    Particles
        The same with other residue names.
    """
    with_phosphate = np.zeros(len(atoms.residues), bool)
    with_phosphate[atoms.residue_index[atoms.names == PHOSPHORUS]] = True
    starts = [k for k in _starts(atoms) if not with_phosphate[k]]
    return _renamed(atoms, {k: end for k in starts if (end := _end(str(atoms.residues.names[k])))})


def name_ends_of_beads(beads: Particles, mapping: Mapping) -> Particles:
    """Rename nucleotides that begin a chain and lack the bead of the phosphate, or have but one bead.

    Parameters
    ----------
    beads : Particles
        A coarse-grained structure.
    mapping : Mapping
        The mapping it was made with.

    Returns
    -------
    Particles
        The same with other residue names.
    """
    new = {}
    for k in _starts(beads):
        name = str(beads.residues.names[k])
        end = _end(name)
        there = set(beads.names[beads.residue_index == k].tolist())
        bare = mapping.find(end, there) if end else None
        whole = mapping.find(name, there)
        if bare is not None and whole is not None and bare.molecule == end and set(bare.beads) <= there:
            needed = set(whole.beads)
            if not needed <= there or needed == set(bare.beads):
                new[k] = end
    return _renamed(beads, new)


def previous_atoms(
    atoms: Particles, mapping_names: dict[str, list[str]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]]:
    """Find the atoms of the residue before that beads of a residue hold.

    Parameters
    ----------
    atoms : Particles
        Atoms.
    mapping_names : dict of str to list of str
        Names of such atoms by residue name.

    Returns
    -------
    residue, atom : ndarray, shape=(n,), dtype=int64
        Residue whose bead holds the atom, and the atom.
    name : ndarray, shape=(n,), dtype=str
        Name of the atom.
    """
    residues = atoms.residues
    rows, found, names = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, "U1")]
    for residue, wanted in mapping_names.items():
        here = np.flatnonzero((residues.names == residue) & residues.bonded_to_previous)
        for name in wanted:
            at = np.full(len(residues), -1, np.int64)
            members = np.flatnonzero(atoms.names == name)
            at[atoms.residue_index[members]] = members
            mine = here[at[here - 1] >= 0]
            rows.append(mine)
            found.append(at[mine - 1])
            names.append(np.full(len(mine), name))
    return np.concatenate(rows), np.concatenate(found), np.concatenate(names)


def _starts(particles: Particles) -> list[int]:
    """Nucleotides that nothing comes before."""
    residues = particles.residues
    names = np.unique(residues.names)
    kinds = [name for name in names if (known := template(str(name))) is not None and known.kind == "nucleotide"]
    return np.flatnonzero(np.isin(residues.names, kinds) & ~residues.bonded_to_previous).tolist()


def _end(name: str) -> str:
    """Template of the same residue without phosphate; "" where there is none or it is that already."""
    known = template(name)
    end = "" if known is None or known.name.endswith(END) else known.name + END
    return end if template(end) is not None else ""


def _renamed(particles: Particles, new: dict[int, str]) -> Particles:
    if not new:
        return particles
    names = particles.residues.names.astype(f"U{max(8, particles.residues.names.dtype.itemsize // 4)}")
    names[list(new)] = list(new.values())
    return replace(particles, residues=replace(particles.residues, names=names))
