"""Protonation states at a pH, by PROPKA."""

import logging
from dataclasses import dataclass, replace
from io import StringIO

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import Particles
from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.prepare.extras import require
from unbead.prepare.forcefields.forcefield import INNER_STATES
from unbead.prepare.molecule import atom_index, chain_ends, chain_starts, known_template
from unbead.prepare.protonation.tautomers import choose_tautomers

# By canonical residue: state with the proton and state without.
STATES = {
    "ASP": ("ASH", "ASP"),
    "GLU": ("GLH", "GLU"),
    "HIS": ("HIP", "HIS"),
    "LYS": ("LYS", "LYN"),
    "CYS": ("CYS", "CYM"),
    "TYR": ("TYR", ""),
    "ARG": ("ARG", ""),
}
PHOSPHATES = ("SEP", "TPO", "PTR")
PHOSPHATE_PKA = 6.0  # second pKa of phosphorylated side chains, within some 0.3; 5' phosphates have a little more
PER_CHAIN = 9000  # residue numbers of one chain in PROPKA's input
CHAINS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Protonation:
    """States of residues.

    Attributes
    ----------
    names : ndarray, shape=(n_residues,), dtype=str
        Residue names with the state: ``ASH``, ``HIP``, ``HIE``, …
    pka : ndarray, shape=(n_residues,), dtype=float64
        pKa of the side chain, NaN where it has none or the state was given.
    unavailable : tuple of str
        Residues whose state at this pH the force field does not have; they keep their usual one.
    """

    names: NDArray[np.str_]
    pka: NDArray[np.float64]
    unavailable: tuple[str, ...]


def protonate(atoms: Particles, ph: float, forcefield: str) -> Protonation:
    """Choose the protonation states that prevail at a pH.

    Names that tell a state (``HID``, ``ASH``, ``CYX``, …) are kept. The ends of chains are always charged.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names, with OXT.
    ph : float
        The pH.
    forcefield : str
        ``amber14`` or ``charmm36``.

    Returns
    -------
    Protonation
        Names of the residues' states.
    """
    names = atoms.residues.names.astype("U4")
    open_ = np.isin(names, tuple(STATES))
    pka = np.where(open_, pka_values(atoms), np.nan)
    ends = chain_starts(atoms) | chain_ends(atoms)
    unavailable = []
    for i in np.flatnonzero(np.isfinite(pka)):
        with_proton, without = STATES[str(names[i])]
        state = with_proton if pka[i] > ph else without
        if not state or (ends[i] and state in INNER_STATES[forcefield]):
            unavailable.append(f"{atoms.residues.label(int(i))} pKa {pka[i]:.1f}")
        else:
            names[i] = state
    if ph < PHOSPHATE_PKA:
        single = np.isin(names, PHOSPHATES) | (atom_index(atoms, "OP3") >= 0)
        unavailable += [f"{atoms.residues.label(i)} pKa {PHOSPHATE_PKA}" for i in np.flatnonzero(single).tolist()]
    names = choose_tautomers(replace(atoms, residues=replace(atoms.residues, names=names)))
    return Protonation(names, pka, tuple(unavailable))


def with_states(atoms: Particles, states: Protonation) -> Particles:
    """Rename residues to their states.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names.
    states : Protonation
        What `protonate` chose.

    Returns
    -------
    Particles
        The same atoms, renamed residues.
    """
    return replace(atoms, residues=replace(atoms.residues, names=states.names))


def pka_values(atoms: Particles) -> NDArray[np.float64]:
    """Compute the pKa of side chains with PROPKA 3.

    Parameters
    ----------
    atoms : Particles
        Heavy atoms under template names; PROPKA sees the 20 amino acids, under their canonical names.

    Returns
    -------
    ndarray, shape=(n_residues,), dtype=float64
        pKa; NaN for residues that do not titrate.

    Raises
    ------
    UnbeadError
        If PROPKA is not installed.
    """
    run = require("propka.run")
    pka = np.full(len(atoms.residues), np.nan)
    kinds, kind = np.unique(atoms.residues.names, return_inverse=True)
    amino = np.array([(known := template(str(name))) is not None and known.parent in AMINO_ACIDS for name in kinds])[
        kind
    ]
    if not amino.any():
        return pka
    proteins, place = atoms.select_residues(amino), np.flatnonzero(amino)
    logger = logging.getLogger("propka")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        answer = run.single("structure.pdb", ["--quiet"], stream=StringIO(_propka_input(proteins)), write_pka=False)
    except Exception as error:  # PROPKA raises whatever a geometry that cannot be leads it to
        raise UnbeadError(
            f"PROPKA cannot judge this geometry ({str(error)[:100]}); `unbead check` shows what is wrong with it"
        ) from None
    finally:
        logger.setLevel(level)
    for group in answer.conformations["AVR"].groups:
        if group.residue_type in STATES:
            i = CHAINS.index(group.atom.chain_id) * PER_CHAIN + group.atom.res_num - 1
            pka[place[i]] = group.pka_value
    return pka


def _propka_input(atoms: Particles) -> str:
    """PDB text with residues numbered from 1, a TER after every polymer, canonical names, without what is bonded on."""
    residues = range(len(atoms.residues))
    parents = [known_template(atoms, i).parent for i in residues]
    bare = {name: {*found.atoms, "OXT", "SE"} for name in set(parents) if (found := template(name)) is not None}
    ends = chain_ends(atoms)
    lines, last = [], -1
    for name, (x, y, z), i, element in zip(
        atoms.names.tolist(), atoms.positions.tolist(), atoms.residue_index.tolist(), atoms.elements.tolist(),
        strict=True,
    ):  # fmt: skip
        if i != last and last >= 0 and ends[last]:
            lines.append("TER\n")
        last = i
        if name not in bare[parents[i]]:
            continue
        lines.append(
            f"ATOM  {len(lines) % 100000:5d}  {name:<3s} {parents[i]:3s} {CHAINS[i // PER_CHAIN]}"
            f"{i % PER_CHAIN + 1:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00          {element:>2s}\n"
        )
    return "".join([*lines, "TER\nEND\n"])
