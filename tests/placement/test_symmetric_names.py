"""Equal atoms of what is built are named by rule where beads do not tell them apart."""

import numpy as np
import pytest

from unbead.chem.amino import protein_slots
from unbead.mapping.operator import apply
from unbead.placement.symmetric_names import SymmetricNames
from unbead.validate.checks.stereo import misnamed_atoms


def misnamed(assembly, x):
    return misnamed_atoms(protein_slots(assembly.atoms.with_positions(x)))


def truth_of(assembly, crystal):
    at = {
        (str(crystal.residues.chains[r]), int(crystal.residues.numbers[r]), str(n)): x
        for n, r, x in zip(crystal.names, crystal.residue_index, crystal.positions, strict=True)
    }
    r, atoms = assembly.atoms.residues, assembly.atoms
    keys = zip(r.chains[atoms.residue_index], r.numbers[atoms.residue_index], atoms.names, strict=True)
    return np.array([at[str(chain), int(number), str(name)] for chain, number, name in keys])


@pytest.mark.parametrize("mapping", ["ca", "martini3", "residue-com"])
def test_swapped_names_are_put_right_and_beads_stay(assembly_of, crystal, mapping):
    assembly = assembly_of(mapping)
    x = truth_of(assembly, crystal)
    names = SymmetricNames(assembly)
    good = x[names.order(x)]
    spoilt = good.copy()
    for pair in (("NH1", "NH2"), ("OD1", "OD2"), ("CG1", "CG2"), ("OE1", "OE2")):
        for residue in ("ARG", "ASP", "GLU", "VAL"):
            mine = assembly.template_names[assembly.atoms.residue_index] == residue
            a, b = (np.flatnonzero(mine & (assembly.atoms.names == name)) for name in pair)
            if len(a) and len(a) == len(b):
                spoilt[np.concatenate([a, b])] = spoilt[np.concatenate([b, a])]
    assert not np.array_equal(spoilt, good)
    mended = spoilt[names.order(spoilt)]
    assert np.array_equal(mended, good)
    np.testing.assert_allclose(apply(assembly.operator, mended), apply(assembly.operator, x), atol=1e-5)


def test_beads_that_tell_equal_atoms_apart_decide(assembly_of, crystal):
    """SC2 and SC3 of PHE in Martini 3 hold one side each: a swap would lead them off their beads."""
    assembly = assembly_of("martini3")
    x = truth_of(assembly, crystal)
    mine = np.isin(assembly.template_names[assembly.atoms.residue_index], ("PHE", "TYR"))
    for first, second in (("CD1", "CD2"), ("CE1", "CE2")):
        a, b = (np.flatnonzero(mine & (assembly.atoms.names == name)) for name in (first, second))
        x[np.concatenate([a, b])] = x[np.concatenate([b, a])]
    assert len(a)
    order = SymmetricNames(assembly).order(x)
    assert np.array_equal(order[a], a) and np.array_equal(order[b], b)
    assembly = assembly_of("ca")
    assert not len(misnamed(assembly, x[SymmetricNames(assembly).order(x)]))
