"""The message for residues that nobody knows."""

from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.errors import UnbeadError
from unbead.mapping.mapping import Mapping

SHOWN = 8  # beads of the first unknown residue


def count_residues(residues: Residues, which: NDArray[np.bool_]) -> dict[str, int]:
    """Count residues by name, the most frequent first.

    Parameters
    ----------
    residues : Residues
        The residues of the system.
    which : ndarray, shape=(n_residues,), dtype=bool
        Those to count.

    Returns
    -------
    dict of str to int
        Counts.
    """
    names, counts = np.unique(residues.names[which], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {str(names[k]): int(counts[k]) for k in order}


def unknown_residues(particles: Particles, unknown: NDArray[np.bool_], mapping: Mapping) -> UnbeadError:
    """Make the error that names each unknown residue with its count, and what it may have meant.

    Parameters
    ----------
    particles : Particles
        The system.
    unknown : ndarray, shape=(n_residues,), dtype=bool
        Residues without a mapping.
    mapping : Mapping
        The mapping that lacks them.

    Returns
    -------
    UnbeadError
        The error, to be raised.
    """
    residues = particles.residues
    counts = ", ".join(f"{name} ({n})" for name, n in count_residues(residues, unknown).items())
    first = int(np.flatnonzero(unknown)[0])
    beads = particles.names[particles.residue_index == first].tolist()
    shown = " ".join(beads[:SHOWN]) + (" …" if len(beads) > SHOWN else "")
    hint = "".join(_hint(str(name), mapping) for name in np.unique(residues.names[unknown]))
    return UnbeadError(
        f"mapping {mapping.name} has no residue {counts}, first {residues.label(first)} with {shown}{hint};"
        " leave them out (unbead run --skip-unknown), or add a file to the mapping's folder and test it with"
        " `unbead mapping check`"
    )


def _hint(name: str, mapping: Mapping) -> str:
    near = get_close_matches(name.upper(), list(mapping.molecules), n=3, cutoff=0.6)
    return f"; {name} may mean {' or '.join(near)}" if near else ""
