"""Residues that the user says are D-amino acids."""

import re
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import D_RESIDUES, template
from unbead.errors import UnbeadError

EVERY = "all"
_CODES = {name: code for code, name in D_RESIDUES.items()}
_RANGE = re.compile(r"(?:(?P<chain>[^:,]+):)?(?P<first>-?\d+)(?:-(?P<last>-?\d+))?$")


def name_d_residues(beads: Particles, which: str) -> Particles:
    """Give residues the names of D-amino acids.

    Parameters
    ----------
    beads : Particles
        A coarse-grained system.
    which : str
        ``all``, or residues such as ``A:5,A:7-9,12``.

    Returns
    -------
    Particles
        The same with PDB's names of D-amino acids, such as ``DPN`` for ``PHE``. Glycine keeps its name, and so do
        residues that are no canonical amino acids if all are meant.

    Raises
    ------
    UnbeadError
        If the text is none, there is no such residue, or it is no amino acid.
    """
    residues = beads.residues
    wanted = np.zeros(len(residues), bool)
    for text in (part.strip() for part in which.split(",")):
        wanted |= np.ones(len(residues), bool) if text.lower() == EVERY else _rows(residues, text)
    names = residues.names.astype(object)
    for row in np.flatnonzero(wanted).tolist():
        known = template(str(names[row]))
        code = None if known is None or known.name in D_RESIDUES else _CODES.get(known.parent)
        if code is not None and known is not None and known.n_heavy == _size(known.parent):
            names[row] = code
        elif EVERY not in which.lower() and (known is None or known.name not in (*D_RESIDUES, "GLY")):
            raise UnbeadError(
                f"--d-residues {which}: {residues.label(row)} is none of the amino acids with a D-form; take it out"
            )
    return replace(beads, residues=replace(residues, names=names.astype(str)))


def _rows(residues: Residues, text: str) -> NDArray[np.bool_]:
    """Residues of one chain and range of numbers."""
    match = _RANGE.match(text)
    if match is None:
        raise UnbeadError(f"--d-residues {text}: write all, or residues such as A:5,A:7-9,12")
    first = int(match["first"])
    last = int(match["last"]) if match["last"] is not None else first
    found = (residues.numbers >= first) & (residues.numbers <= last)
    if match["chain"] is not None:
        found &= (residues.chains == match["chain"]) | (residues.segments == match["chain"])
    if not found.any():
        raise UnbeadError(f"--d-residues {text}: there is no such residue; give chain and number as in the input")
    return found


def _size(residue: str) -> int:
    known = template(residue)
    return 0 if known is None else known.n_heavy
