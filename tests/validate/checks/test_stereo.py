"""Handedness, peptide bonds and rings."""

from itertools import pairwise

import gemmi
import numpy as np

from unbead.chem.amino import AMINO_ACIDS, protein_slots
from unbead.validate.checks.bonds import find_bonds
from unbead.validate.checks.stereo import inverted_centres, peptide_twists, ring_piercings

NO_PAIRS = np.zeros((0, 2), int)


def test_a_mirror_image_is_named(crystal):
    mirrored = protein_slots(crystal.with_positions(crystal.positions * [1, 1, -1]))
    found = inverted_centres(mirrored, "CA")
    assert len(found) == found.tested == (crystal.names == "CB").sum()
    assert found.describe(mirrored, 1) == [crystal.residues.label(0)]
    assert inverted_centres(mirrored, "CB").describe(mirrored, 1)[0].endswith(" CB")
    assert len(inverted_centres(protein_slots(crystal), "CA")) == 0


def test_twists_as_gemmi(crystal, crystal_path, rng):
    shaken = crystal.with_positions(crystal.positions + rng.normal(0, 0.4, crystal.positions.shape))
    chain = gemmi.read_structure(str(crystal_path))[0][0]
    for atom, position in zip((a for r in chain for a in r), shaken.positions.tolist(), strict=True):
        atom.pos = gemmi.Position(*position)
    omega = np.abs(np.degrees([gemmi.calculate_omega(a, b) for a, b in pairwise(chain)]))
    found = peptide_twists(protein_slots(shaken))
    assert len(found["twisted"]) == ((omega >= 30) & (omega < 150)).sum() > 0
    assert found["twisted"].tested == len(omega)
    proline = shaken.residues.names[1:] == "PRO"
    assert len(found["cis"]) == ((omega < 30) & ~proline).sum() and found["cis"].tested == (~proline).sum()


def test_a_bond_through_a_ring(crystal):
    slots = protein_slots(crystal)
    bonds = find_bonds(slots, NO_PAIRS)
    assert len(ring_piercings(slots, bonds)) == 0
    tyrosine = int(np.flatnonzero(slots.kind == AMINO_ACIDS.index("TYR"))[0])
    ring = slots.positions[tyrosine, 5:11]
    normal = np.linalg.svd(ring - ring.mean(0))[2][2]
    other = 2 if tyrosine > 4 else len(slots.kind) - 2
    slots.positions[other, [2, 3]] = ring.mean(0) + np.array([[-0.6], [0.6]]) * normal  # its C=O
    found = ring_piercings(slots, bonds)
    text = "; ".join(found.describe(slots, 9))
    assert len(found) >= 1 and f"{slots.residues.label(other)} C-O" in text
    assert slots.residues.label(tyrosine) + " CA" in text


def test_rings_with_missing_atoms_are_left_out(crystal):
    slots = protein_slots(crystal)
    tested = ring_piercings(slots, find_bonds(slots, NO_PAIRS)).tested
    tyrosine = int(np.flatnonzero(slots.kind == AMINO_ACIDS.index("TYR"))[0])
    slots.positions[tyrosine, 9] = np.nan
    assert ring_piercings(slots, find_bonds(slots, NO_PAIRS)).tested == tested - 1
