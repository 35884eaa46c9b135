"""The message for residues that nobody knows."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np

from unbead.chem.particles import Residues
from unbead.errors import UnbeadError
from unbead.mapping.mapping import Mapping


def unknown_residues(residues: Residues, names: Sequence[str], mapping: Mapping) -> UnbeadError:
    """Make the error that names each unknown residue with its count, and what it may have meant.

    Parameters
    ----------
    residues : Residues
        The residues of the system.
    names : sequence of str
        Names without a mapping.
    mapping : Mapping
        The mapping that lacks them.

    Returns
    -------
    UnbeadError
        The error, to be raised.
    """
    counts = ", ".join(f"{name} ({int((residues.names == name).sum())})" for name in names)
    first = residues.label(int(np.flatnonzero(residues.names == names[0])[0]))
    near = get_close_matches(names[0].upper(), list(mapping.molecules), n=3, cutoff=0.5)
    hint = f"; {names[0]} may mean {' or '.join(near)}" if near else ""
    return UnbeadError(
        f"mapping {mapping.name} has no residue {counts}, first {first}{hint}; select the other molecules, or add a"
        " file to the mapping's folder and test it with `unbead mapping check`"
    )
