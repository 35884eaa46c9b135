"""What relaxing needs to know of an assembly, once for all frames."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbead.chem.elements import radii
from unbead.chem.rings import ring_table
from unbead.chem.templates import template
from unbead.mapping.assemble import Assembly
from unbead.relax.contacts import related
from unbead.relax.link_geometry import link_bounds
from unbead.relax.peptide_flips import Backbone, find_backbone
from unbead.relax.reference_geometry import Peptides, find_peptides, join, residue_bounds, slot_of
from unbead.relax.residue_geometry import Bounds
from unbead.relax.rotamers import SideChains, find_side_chains


@dataclass(frozen=True)
class Topology:
    """Bounds and tables of a system.

    Attributes
    ----------
    assembly : Assembly
        What is built.
    inner : Bounds
        Bounds within residues; volumes of one sign belong to chiral centres.
    peptides : Peptides
        Peptide bonds.
    backbone : Backbone
        Residues with phi and psi.
    side_chains : list of SideChains
        Side chains that can turn.
    rings : ndarray, shape=(n_rings, 6), dtype=int64
        Rings, filled up with -1.
    radius : ndarray, shape=(n_atoms,), dtype=float64
        Van der Waals radii in Å.
    united_atom : ndarray, shape=(n_atoms,), dtype=bool
        Carbons that bear hydrogens.
    related : ndarray, shape=(n_related,), dtype=int64
        Pairs at most three bonds apart, as keys.
    ca, cb, sg : ndarray, shape=(n_cysteines,), dtype=int64
        Atoms of the cysteines whose sulfur has no bond that is known.
    """

    assembly: Assembly
    inner: Bounds
    peptides: Peptides
    backbone: Backbone
    side_chains: list[SideChains]
    rings: NDArray[np.int64]
    radius: NDArray[np.float64]
    united_atom: NDArray[np.bool_]
    related: NDArray[np.int64]
    ca: NDArray[np.int64]
    cb: NDArray[np.int64]
    sg: NDArray[np.int64]


def make_topology(assembly: Assembly) -> Topology:
    """Collect the tables.

    Parameters
    ----------
    assembly : Assembly
        What is built.

    Returns
    -------
    Topology
        Its tables.
    """
    names, atoms = assembly.template_names, assembly.atoms
    cysteine = np.isin(names, ("CYS", "CYX", "DCY"))
    linked = assembly.bonds[np.diff(atoms.residue_index[assembly.bonds], axis=1)[:, 0] != 0]
    cysteine &= ~np.isin(slot_of(assembly, "SG"), linked)  # those whose bond is known need no search
    ca, cb, sg = (slot_of(assembly, name)[cysteine] for name in ("CA", "CB", "SG"))
    peptides = find_peptides(assembly)
    bearing = {name: known.hydrogens for name in set(names.tolist()) if (known := template(name)) is not None}
    return Topology(
        assembly=assembly,
        inner=join(residue_bounds(assembly), link_bounds(assembly, _bounded(assembly, peptides))),
        peptides=peptides,
        backbone=find_backbone(peptides, atoms.residue_index, names),
        side_chains=find_side_chains(assembly),
        rings=ring_table(names, np.searchsorted(atoms.residue_index, np.arange(len(names)))),
        radius=radii(atoms.elements),
        united_atom=(atoms.elements == "C") & (np.concatenate([bearing[name] for name in names.tolist()]) > 0),
        related=related(assembly.bonds, len(atoms)),
        ca=ca,
        cb=cb,
        sg=sg,
    )


def _bounded(assembly: Assembly, peptides: Peptides) -> NDArray[np.bool_]:
    """Bonds that have bounds of their own, shape (n_bonds,): peptides, and those of the chain of a nucleic acid."""
    n = len(assembly.atoms)
    amides = np.sort(np.stack([peptides.c, peptides.n], 1), 1) @ (n, 1)
    names, residue = assembly.atoms.names[assembly.bonds], assembly.atoms.residue_index[assembly.bonds]
    follows = (residue[:, 1] - residue[:, 0] == 1) & assembly.atoms.residues.bonded_to_previous[residue[:, 1]]
    phosphates = (names == ("O3'", "P")).all(1) & follows
    return np.isin(np.sort(assembly.bonds, 1) @ (n, 1), amides) | phosphates
