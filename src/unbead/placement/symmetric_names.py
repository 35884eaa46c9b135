"""Names of equal atoms, by rule, in what was built."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from unbead.chem.symmetric_names import NameRule, breaks_rule, name_rules
from unbead.chem.templates import template
from unbead.mapping.assemble import Assembly
from unbead.mapping.operator import to_scipy

SAME = 1e-6  # largest difference of weights in M by which two atoms count as one


class SymmetricNames:
    """Swaps equal atoms whose names break a rule.

    Only atoms that the beads do not tell apart swap. Where they do, as CD1 and CD2 of phenylalanine in Martini 3, the
    bead says which is which: another name would lead its centre away from its bead.

    Parameters
    ----------
    assembly : Assembly
        What is built.
    """

    def __init__(self, assembly: Assembly):
        names, atoms = assembly.template_names, assembly.atoms
        first = np.searchsorted(atoms.residue_index, np.arange(len(names)))
        weights = to_scipy(assembly.operator).tocsc()
        partners = np.bincount(assembly.bonds.reshape(-1), minlength=len(atoms))
        self._rules: list[tuple[NameRule, NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]] = []
        for name in np.unique(names):
            known = template(str(name))
            for rule in name_rules(known) if known is not None else ():
                rows = first[names == name]
                a, b = (rows[:, None] + np.array([pair[k] for pair in rule.swaps]) for k in (0, 1))
                apart = abs(weights[:, a.reshape(-1)] - weights[:, b.reshape(-1)])
                told = np.asarray(apart.max(axis=0).todense()).reshape(a.shape) > SAME
                linked = partners[a] != partners[b]  # to another residue
                free = ~(told | linked).any(1)
                if free.any():
                    rows_of_rule = rows[free, None] + np.array(rule.slots)
                    local = replace(rule, slots=tuple(range(len(rule.slots))))
                    self._rules.append((local, rows_of_rule, a[free], b[free]))

    def order(self, positions: NDArray[np.floating]) -> NDArray[np.int64]:
        """Find the atom that bears each name by the rules.

        Parameters
        ----------
        positions : ndarray, shape=(n_atoms, 3), dtype=float
            Atoms in Å; residues are whole.

        Returns
        -------
        ndarray, shape=(n_atoms,), dtype=int64
            Index of the atom that takes each place.
        """
        order = np.arange(len(positions))
        for rule, rows_of_rule, a, b in self._rules:
            wrong = breaks_rule(rule, positions[order][rows_of_rule])
            order[a[wrong]], order[b[wrong]] = order[b[wrong]], order[a[wrong]]
        return order
