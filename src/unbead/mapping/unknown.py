"""The message for residues that nobody knows."""

from collections.abc import Sequence
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles, Residues
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.mapping.fit import Fit, Kind
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
    first = int(np.flatnonzero(unknown)[0])
    beads = particles.names[particles.residue_index == first].tolist()
    shown = " ".join(beads[:SHOWN]) + (" …" if len(beads) > SHOWN else "")
    hint = "".join(_hint(str(name), mapping) for name in np.unique(residues.names[unknown]))
    return UnbeadError(
        f"mapping {mapping.name} has no residue {_counted(residues, unknown)}, first {residues.label(first)} with"
        f" {shown}{hint}; leave them out (unbead run --skip-unknown), or add a file to the mapping's folder and test it"
        " with `unbead mapping check`"
    )


def misfit_residues(particles: Particles, fit: Fit, mapping: Mapping) -> UnbeadError:
    """Make the error that names all residues which cannot be built, by kind and with their counts.

    Parameters
    ----------
    particles : Particles
        The system.
    fit : Fit
        Its residues by kind, not all of which fit.
    mapping : Mapping
        The mapping.

    Returns
    -------
    UnbeadError
        The error, to be raised.
    """
    unknown = fit.rows(kind.molecule is None for kind in fit.kinds)
    found: dict[tuple[str, str], list[int]] = {}
    for k, (kind, reason) in enumerate(zip(fit.kinds, fit.misfits, strict=True)):
        if reason and kind.molecule is not None:
            found.setdefault((kind.name, reason), []).extend(np.flatnonzero(fit.kind == k).tolist())
    if not found:
        return unknown_residues(particles, unknown, mapping)
    residues = particles.residues
    parts = [
        f"{residues.label(rows[0])}: {reason}" + (f" (and in {len(rows) - 1} more {name})" if len(rows) > 1 else "")
        for (name, reason), rows in sorted(found.items(), key=lambda item: (-len(item[1]), min(item[1])))
    ]
    if unknown.any():
        parts.append("no residue " + _counted(residues, unknown))
    lone = [kind for kind in fit.kinds if kind.misfit and len(kind.beads) == 1 and kind.strange]
    total = sum(map(len, found.values())) + int(unknown.sum())
    return UnbeadError(
        f"{total} residue{'s do' if total > 1 else ' does'} not fit mapping {mapping.name}:"
        f" {'; '.join(parts)}{_place_hint(lone)}; leave them out (unbead run --skip-unknown), complete them, or choose"
        " another --mapping"
    )


def place_names(residue: str) -> str:
    """List the names under which mappings know the only bead of a residue.

    Parameters
    ----------
    residue : str
        Residue name.

    Returns
    -------
    str
        Such as ``P, C4' or CM (centre of mass)``.
    """
    known = template(residue)
    names = ("P", "C4'") if known is not None and known.kind == "nucleotide" else ("CA",)
    return f"{', '.join(names)} or CM (centre of mass)"


def _place_hint(kinds: Sequence[Kind]) -> str:
    """How to say where the only bead of residues stands."""
    if not kinds:
        return ""
    beads = " ".join(sorted({bead for kind in kinds for bead in kind.beads}))
    return (
        f"; neither the name of the one bead ({beads}) nor the distances tell where it stands: name it"
        f" {place_names(kinds[0].name)}, whichever it is"
    )


def _counted(residues: Residues, which: NDArray[np.bool_]) -> str:
    return ", ".join(f"{name} ({n})" for name, n in count_residues(residues, which).items())


def _hint(name: str, mapping: Mapping) -> str:
    near = get_close_matches(name.upper(), list(mapping.molecules), n=3, cutoff=0.6)
    return f"; {name} may mean {' or '.join(near)}" if near else ""
