"""Two chains end to end."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.spatial.transform import Rotation

from tests.helpers import make_particles
from unbead.chem.particles import join
from unbead.mapping.coarsen import coarsen
from unbead.mapping.detection.contact import part_contacts
from unbead.mapping.detection.spacing import middle_beads, revise_bonds
from unbead.mapping.mapping import load_mapping

SEQUENCE = "MET GLN ILE PHE VAL LYS THR LEU GLU GLY".split()
CA = load_mapping("ca")


def nameless(beads):
    """One chain without a name, numbered on."""
    n = len(beads.residues)
    bonded = np.ones(n, bool)
    bonded[0] = False
    blank = np.full(n, "")
    residues = replace(
        beads.residues, numbers=np.arange(1, n + 1), chains=blank, segments=blank, bonded_to_previous=bonded
    )
    return replace(beads, residues=residues)


def touching(crystal, name, distance, first=slice(None), second=slice(None)):
    """Two pieces of the crystal, the first bead of one so far from the last of the other; nothing else touches."""
    mapping = load_mapping(name)
    rows = np.arange(len(crystal.residues))
    pieces = []
    for piece in (first, second):
        residues = np.isin(rows, rows[piece])
        keep = residues[crystal.residue_index]
        atoms = crystal.select(keep)
        number = np.cumsum(residues) - 1
        atoms = replace(atoms, residues=crystal.residues.select(residues), residue_index=number[atoms.residue_index])
        pieces.append(coarsen(atoms, mapping))
    one, other = pieces
    end, start = one.positions[middle_beads(one, mapping)[-1]], other.positions[middle_beads(other, mapping)[0]]
    rng = np.random.default_rng(1)
    best, most = other.positions, -1.0
    for _ in range(300):
        way = rng.normal(size=3)
        turn = Rotation.random(random_state=int(rng.integers(1 << 30)))
        moved = turn.apply(other.positions - start) + end + distance * way / np.linalg.norm(way)
        apart = np.sort(cKDTree(one.positions).query(moved)[0])[1]
        if apart > most:
            best, most = moved, apart
    return nameless(join([one, other.with_positions(best.astype(np.float32))])), len(one.residues), mapping


def chains(beads, mapping):
    """First residues of chains, and what is said of them."""
    parted, said = part_contacts(revise_bonds(beads, mapping), mapping)
    return np.flatnonzero(~parted.residues.bonded_to_previous).tolist(), said


@pytest.mark.parametrize("distance", [3.9, 4.3, 4.7])
@pytest.mark.parametrize("name", ["martini3", "martini2", "elnedyn"])
def test_copies_in_contact_are_two_chains(crystal, name, distance):
    """They were one, with a peptide bond of 1.3 Å, and no word was said."""
    beads, n, mapping = touching(crystal, name, distance)
    found, said = chains(beads, mapping)
    assert found == [0, n]
    assert distance > 4.5 or f"({distance} Å)" in said[0]


@pytest.mark.parametrize("distance", [4.3, 4.7])
@pytest.mark.parametrize("name", ["martini3", "martini2", "elnedyn", "ca"])
def test_other_chains_in_contact_are_two_or_a_line_says_so(crystal, name, distance):
    beads, n, mapping = touching(crystal, name, distance, slice(0, 30), slice(12, None))
    found, said = chains(beads, mapping)
    assert found == [0, n] or (found == [0] and "may be ends of chains" in said[-1])
    if name in ("elnedyn", "ca"):  # bonds of Cα atoms hardly vary
        assert found == [0, n]


@pytest.mark.parametrize("name", ["martini3", "martini2", "elnedyn", "ca", "residue-com"])
def test_a_chain_stays_one(beads_of, name):
    found, said = chains(nameless(beads_of(name)), load_mapping(name))
    assert found == [0] and (name != "residue-com" or said == ())


def trace(steps, sequence, chain=""):
    """A Cα trace with such steps."""
    n = len(sequence)
    x = np.zeros((n, 3))
    x[1:, 0] = np.cumsum(steps)
    return make_particles(["CA"] * n, sequence, list(range(1, n + 1)), x, chain=chain)


def test_a_chain_that_repeats_itself_stays_one_and_a_line_says_so():
    beads = trace([3.8] * 19, SEQUENCE * 2)
    found, said = chains(beads, CA)
    assert found == [0] and "GLY 10 and MET 11 (3.8 Å)" in said[0]


def test_a_chain_of_few_kinds_of_residues_is_no_row_of_copies():
    steps = [3.8] * 29
    steps[14] = 3.95
    assert chains(trace(steps, ["GLY", "PRO", "PRO"] * 10), CA)[0] == [0]


def test_a_break_tells_nothing_of_other_chains():
    """One chain of many was broken by its distance, and then all the others at the same place."""
    parts = [trace([3.8] * 9, SEQUENCE) for _ in range(4)]
    steps = [3.8] * 9
    steps[4] = 9.0
    parts.append(trace(steps, SEQUENCE))
    parts = [part.with_positions(part.positions + [0, 20 * k, 0]) for k, part in enumerate(parts)]
    beads = join(parts)
    starts = np.zeros(50, bool)
    starts[::10] = True
    beads = replace(beads, residues=replace(beads.residues, bonded_to_previous=~starts))
    assert chains(beads, CA)[0] == [0, 10, 20, 30, 40, 45]


def test_bonds_of_the_file_decide():
    steps = [3.8] * 19
    steps[9] = 4.3
    beads = trace(steps, SEQUENCE * 2)
    bonds = np.array([(k, k + 1) for k in range(19)])
    assert chains(replace(beads, bonds=bonds), CA) == ([0], ())
    found, said = chains(replace(trace([3.8] * 19, SEQUENCE * 2), bonds=np.delete(bonds, 9, 0)), CA)
    assert found == [0, 10] and said[0].startswith("chains parted where the file tells no bond: GLY 10 and MET 11")


def test_a_few_bonds_of_the_file_say_nothing_of_chains():
    """A disulfide tells nothing of the other neighbours."""
    assert chains(replace(trace([3.8] * 9, SEQUENCE), bonds=np.array([(2, 3)])), CA) == ([0], ())
