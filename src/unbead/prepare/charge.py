"""The net charge of a structure."""

import numpy as np

from unbead.chem.molecules.formal_charge import formal_charge
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.prepare.molecule import atom_index, chain_ends, chain_starts, has_amino_end


def net_charge(atoms: Particles) -> int:
    """Add up formal charges: of residues in their states, of charged chain ends, of phosphates that begin a strand.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms, or all atoms; histidine is neutral unless its name (``HIP``) says otherwise. Of a chain the last
        residue is taken for charged, whether its OXT is there or not.

    Returns
    -------
    int
        The charge in elementary charges.
    """
    names, which = np.unique(atoms.residues.names, return_inverse=True)
    known = [template(str(name)) for name in names]
    kinds = np.array([entry.kind if entry else "" for entry in known])
    charged = np.array([entry is not None and has_amino_end(entry) for entry in known])
    charges = np.array([formal_charge(str(name)) for name in names], np.int64)
    starts, ends, kind = chain_starts(atoms), chain_ends(atoms), kinds[which]
    amino = int((starts & charged[which]).sum()) - int((ends & (kind == "amino")).sum())
    phosphate = int((starts & (kind == "nucleotide") & (atom_index(atoms, "P") >= 0)).sum())
    return int(charges[which].sum()) + amino - phosphate
