"""From any atomistic file to beads: what is left out, completed or dropped, for any number of frames."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.contents import KINDS, sort_contents
from unbead.chem.naming import canonical_atom_name
from unbead.chem.particles import Particles
from unbead.completion.complete_atoms import Completed, complete_atoms, missing_atoms
from unbead.errors import UnbeadError
from unbead.mapping.coarsen import bead_operator, drop_incomplete, is_unmapped_end, lacking_atoms
from unbead.mapping.ends import name_ends_of_atoms
from unbead.mapping.mapping import Mapping
from unbead.mapping.operator import apply
from unbead.mapping.unknown import count_residues
from unbead.structure.unwrap import find_molecules, make_whole, whole_positions

INCOMPLETE = ("complete", "drop")
CANNOT = {
    "water": "has no bead that is one water molecule (W of Martini is four): leave out --keep-water, and add water"
    " to the beads with a tool of the force field",
    "ions": "has no bead for {}: leave out --keep-ions, or give a --mapping-file of each",
    "buffer": "has no bead for {}: leave out --keep-buffer, or give a --mapping-file of each",
}


@dataclass(frozen=True)
class CoarsenOptions:
    """Choices of what becomes beads.

    Attributes
    ----------
    keep : tuple of str
        Kinds that are not left out: ``water``, ``ions``, ``buffer``.
    skip_unknown : bool
        Whether to leave out residues that the mapping lacks; otherwise they are an error.
    incomplete : str
        What to do with beads that lack atoms: ``complete`` their residues, or ``drop`` the beads.
    """

    keep: tuple[str, ...] = ()
    skip_unknown: bool = False
    incomplete: str = "complete"


@dataclass(frozen=True)
class Notes:
    """What was done to make beads of a file.

    Attributes
    ----------
    left_out : str
        Water, ions and buffer that were left out, in one line; "" for none.
    unknown : dict of str to int
        Residues that were left out because the mapping lacks them.
    repeated : list of str
        Residues that have an atom twice; the first is taken.
    completed : list of str
        Residues with the atoms that were added.
    crowded : list of str
        Residues whose new atoms are in the way of others.
    dropped : list of str
        Residues with the beads that were left out.
    """

    left_out: str = ""
    unknown: dict[str, int] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)
    completed: list[str] = field(default_factory=list)
    crowded: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)


class Coarsener:
    """Makes beads of the atoms of one system, for any number of frames.

    Parameters
    ----------
    atoms : Particles
        All atoms of a frame.
    mapping : Mapping
        The mapping.
    options : CoarsenOptions
        Choices.
    several : bool
        Whether more frames follow; atoms cannot be completed then.

    Attributes
    ----------
    beads : Particles
        The beads of that frame.
    notes : Notes
        What was done.

    Raises
    ------
    UnbeadError
        If there are residues that the mapping lacks, or atoms that cannot be completed, and they are not to be left
        out, or nothing is left.
    """

    def __init__(self, atoms: Particles, mapping: Mapping, options: CoarsenOptions, several: bool = False):
        if options.incomplete not in INCOMPLETE:
            raise UnbeadError(f"--incomplete {options.incomplete}: use {' or '.join(INCOMPLETE)}")
        kept, left_out, unknown, others = _selected(atoms, mapping, options)
        rows, repeated = _single(atoms, kept)
        solute = _sub(atoms, rows, kept)
        completed, bare = Completed(solute, {}, [], []), False
        lacking = lacking_atoms(solute, mapping)
        if lacking and options.incomplete == "complete":
            if several:
                raise UnbeadError(
                    f"{_lines(solute, lacking)[0]}: not there, in {len(lacking)} residues in all, and frames of a"
                    " trajectory are not completed; leave such beads out with --incomplete drop"
                )
            completed = _completed(make_whole(solute), lacking, mapping, others)
        elif lacking:
            bare = True
        beads, operator = bead_operator(completed.atoms, mapping, empty=bare)
        dropped: dict[int, tuple[str, ...]] = {}
        if bare:
            beads, operator, dropped = drop_incomplete(beads, operator, solute, mapping)
            if not len(beads):
                raise UnbeadError("no bead has all its atoms; complete the structure, or leave out --incomplete drop")
        self._rows, self._operator = rows, operator
        self._molecules = find_molecules(completed.atoms)
        label = solute.residues.label
        self.notes = Notes(
            left_out,
            unknown,
            repeated,
            _lines(solute, completed.added),
            [label(k) for k in completed.crowded],
            _lines(solute, dropped),
        )
        self._first = completed.atoms
        self.beads = beads.with_positions(self._made(completed.atoms.positions, atoms.box))

    def _made(self, positions: NDArray[np.float32], box: NDArray[np.float32] | None) -> NDArray[np.float32]:
        whole = whole_positions(positions, box, self._molecules)
        return apply(self._operator, whole).astype(np.float32)

    def __call__(self, positions: NDArray[np.float32], box: NDArray[np.float32] | None) -> NDArray[np.float32]:
        """Make the beads of another frame.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float32
            All atoms of the system in Å, those that make no beads included.
        box : ndarray, shape=(6,), dtype=float32, or None
            Box lengths in Å and angles in degrees.

        Returns
        -------
        ndarray, shape=(n_beads, 3), dtype=float32
            Beads in Å; molecules that the box cut are whole.
        """
        return self._made(positions[self._rows], box)


def _selected(
    atoms: Particles, mapping: Mapping, options: CoarsenOptions
) -> tuple[NDArray[np.bool_], str, dict[str, int], Particles]:
    """Residues that become beads, what else there is, and those of it that others must not run into."""

    def known(name: str) -> bool:
        return mapping.find(name) is not None or is_unmapped_end(name, mapping)

    contents = sort_contents(atoms, known, options.keep)
    for kind in KINDS:
        wanted = contents.unknown & (contents.kind == kind)
        if wanted.any():
            names = ", ".join(f"{name} ({n})" for name, n in count_residues(atoms.residues, wanted).items())
            raise UnbeadError(f"mapping {mapping.name} {CANNOT[kind].format(names)}")
    unknown = count_residues(atoms.residues, contents.unknown)
    if unknown and not options.skip_unknown:
        names = ", ".join(f"{name} ({n})" for name, n in unknown.items())
        first = atoms.residues.label(int(np.flatnonzero(contents.unknown)[0]))
        raise UnbeadError(
            f"mapping {mapping.name} has no residue {names}, first {first}; leave them out with --skip-unknown, or give"
            " a mapping file of each with --mapping-file"
        )
    if not contents.kept.any():
        left = contents.described() or f"only {', '.join(unknown)} in it"
        raise UnbeadError(f"no residue that mapping {mapping.name} makes beads of; {left}")
    return contents.kept, contents.described(), unknown, atoms.select_residues(contents.unknown)


def _single(atoms: Particles, kept: NDArray[np.bool_]) -> tuple[NDArray[np.int64], list[str]]:
    """Atoms of some residues, each once, and the residues that have one twice."""
    rows = np.flatnonzero(kept[atoms.residue_index])
    residue = atoms.residue_index[rows]
    keys = np.char.add(np.char.add(atoms.residues.names[residue], ":"), atoms.names[rows])
    unique, which = np.unique(keys, return_inverse=True)
    canonical = [canonical_atom_name(*str(key).split(":", 1)) for key in unique]
    codes = np.unique(canonical, return_inverse=True)[1][which]
    _, first = np.unique(residue * (len(unique) + 1) + codes, return_index=True)
    again = np.setdiff1d(np.arange(len(rows)), first)
    return rows[np.sort(first)], [atoms.residues.label(k) for k in np.unique(residue[again]).tolist()]


def _sub(atoms: Particles, rows: NDArray[np.int64], kept: NDArray[np.bool_]) -> Particles:
    chosen = atoms.select(rows)
    new_index = np.cumsum(kept) - 1
    return replace(chosen, residue_index=new_index[chosen.residue_index], residues=atoms.residues.select(kept))


def _completed(
    solute: Particles, lacking: dict[int, tuple[str, ...]], mapping: Mapping, others: Particles
) -> Completed:
    """Add the atoms that residues lack; the whole residue, so that beads beside the bare one are right, too."""
    named = name_ends_of_atoms(solute)
    missing = missing_atoms(named)
    able = {k: missing[k] for k in lacking if k in missing}
    gone = sum(len(names) for names in able.values())
    if gone > len(solute):
        raise UnbeadError(
            f"{gone} heavy atoms are missing and only {len(solute)} are there: beads or a trace, nothing atomistic;"
            " rebuild the atoms first with `unbead run`, then make beads of these"
        )
    done = complete_atoms(named, able, others if len(others) else None)
    failed = sorted({*done.failed, *(k for k in lacking if k not in able)})
    if failed:
        lines = _lines(solute, {k: lacking[k] for k in failed})
        raise UnbeadError(
            f"{lines[0]}: not there, and too little is to tell where"
            + (f", likewise {len(lines) - 1} other residues" if len(lines) > 1 else "")
            + "; leave the beads of such residues out with --incomplete drop"
        )
    return replace(done, atoms=replace(done.atoms, residues=solute.residues))


def _lines(atoms: Particles, names: dict[int, tuple[str, ...]]) -> list[str]:
    return [f"{atoms.residues.label(k)}: {' '.join(its)}" for k, its in names.items()]
