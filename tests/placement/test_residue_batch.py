"""Copies of a molecule and conformers laid onto their beads."""

from dataclasses import replace

import numpy as np
import pytest

from tests.helpers import make_particles
from unbead.chem.templates import template
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.placement.residue_batch import (
    Guides,
    find_copies,
    helix_neighbours,
    lay_conformer,
    on_a_line,
    stretched,
    surroundings,
)


def system(names=("POPC", "CHL1", "POPC"), shuffled=False):
    """Lipids at rest, each as its template stands."""
    mapping = load_mapping("martini3")
    beads, residues, numbers = [], [], []
    for number, name in enumerate(names, 1):
        slots = list(mapping.find(name).beads)
        slots = slots[::-1] if shuffled and number > 1 else slots
        beads, residues, numbers = beads + slots, residues + [name] * len(slots), numbers + [number] * len(slots)
    return assemble(make_particles(beads, residues, numbers), mapping)


def centres_of(copies):
    return copies.weights @ copies.known.coordinates[: copies.known.n_heavy]


@pytest.mark.parametrize("shuffled", [False, True])
def test_beads_of_copies_come_in_one_order(shuffled):
    a = system(shuffled=shuffled)
    cholesterol, popc = find_copies(a, np.ones(3, bool))
    assert popc.residues.tolist() == [0, 2] and cholesterol.residues.tolist() == [1]
    names = a.beads.names[popc.beads]
    assert names[0].tolist() == names[1].tolist() and len(set(names[0])) == 12
    assert (a.beads.residue_index[popc.beads] == popc.residues[:, None]).all()
    assert np.allclose(popc.weights.sum(1), 1)
    assert (popc.beads[:, popc.owner] == a.owner[popc.atoms]).all()
    assert find_copies(a, np.array([False, True, False]))[0].known.name == "CHL1"


def test_a_conformer_on_its_own_beads_stays_as_it_is(rotation):
    copies = find_copies(system(), np.ones(3, bool))[1]
    x = template("POPC").coordinates[: copies.known.n_heavy]
    beads = np.stack([centres_of(copies), centres_of(copies) @ rotation + 5])
    laid = lay_conformer(copies, x, beads, None)
    assert np.allclose(laid[0], x, atol=1e-6) and np.allclose(laid[1], x @ rotation + 5, atol=1e-4)


def test_pieces_follow_beads_that_moved(rng):
    copies = find_copies(system(), np.ones(3, bool))[1]
    x = template("POPC").coordinates[: copies.known.n_heavy]
    beads = np.stack([centres_of(copies)] * 2) + rng.normal(0, 2, (2, 12, 3))
    laid = lay_conformer(copies, x, beads, None)
    whole = copies.weights > 0
    mine = whole & (np.arange(12)[:, None] == copies.owner)
    share = np.where(mine, copies.weights, 0)
    assert np.allclose(share @ laid, beads, atol=1e-6)  # no atom of these beads is shared


def test_beads_that_no_conformer_has_are_stretched(rng):
    copies = find_copies(system(), np.ones(3, bool))[1]
    beads = np.stack([centres_of(copies)] * 2)
    assert (stretched(copies, beads) == 0).all()
    away = stretched(copies, beads + rng.normal(0, 0.5, beads.shape))
    assert (away > 0.3).all()
    alone = assemble(make_particles(["CM"], ["TRP"], [1]), load_mapping("residue-com"))
    single = find_copies(alone, np.ones(1, bool))[0]
    assert stretched(single, np.zeros((1, 1, 3))).tolist() == [0]


@pytest.mark.parametrize(
    ("points", "line"),
    [([[0, 0, 0]], True), ([[0, 0, 0], [4, 0, 0]], True), ([[0, 0, 0], [4, 0.1, 0], [8, 0, 0]], True),
     ([[0, 0, 0], [4, 2, 0], [8, 0, 0]], False)],
)  # fmt: skip
def test_lines(points, line):
    assert on_a_line(np.array(points, float)) is line


def test_hints_decide_what_one_bead_leaves_open(rotation):
    a = assemble(make_particles(["CM"], ["TRP"], [1]), load_mapping("residue-com"))
    copies = find_copies(a, np.ones(1, bool))[0]
    x = template("TRP").coordinates[: copies.known.n_heavy]
    hints = np.array([[[0, 0, 1.0], [1.0, 0, 0]]])
    guides = Guides(x.mean(0) + np.linalg.svd(x - x.mean(0))[2][None, :2], hints, np.ones((1, 2)))
    one = lay_conformer(copies, x, np.zeros((1, 1, 3)), guides)
    two = lay_conformer(copies, x, np.zeros((1, 1, 3)), replace(guides, target=hints @ rotation))
    assert np.allclose(one @ rotation, two, atol=1e-6)
    assert np.allclose(copies.weights @ one[0], 0, atol=1e-6)


def test_surroundings_are_the_nearest_beads_of_others(rotation):
    a = assemble(make_particles(["CM"] * 2, ["TRP"] * 2, [1, 2]), load_mapping("residue-com"))
    copies = find_copies(a, np.ones(2, bool))[0]
    conformer = template("TRP").coordinates[: copies.known.n_heavy]

    def directions(x, residue, beads, cell=None):
        guides = surroundings(copies, conformer, x, residue, beads, cell)
        assert (guides.weights > 0).all() and np.allclose(
            np.linalg.norm(np.diff(guides.mobile, axis=1), axis=2), 2**0.5
        )
        return guides.target - x[beads].mean(1, keepdims=True)

    x = np.array([[0, 0, 0], [1, 0, 0], [5, 0, 0], [0, 7, 0], [90, 0, 0]], float)
    residue, beads = np.array([0, 0, 1, 2, 3]), np.array([[0, 1], [4, 4]])
    found = directions(x, residue, beads)
    assert np.allclose(found, [[[1, 0, 0], [0, 1, 0]], [[1, 0, 0], [0, 1, 0]]])
    turned = directions(x @ rotation, residue, beads[:1])
    assert np.allclose(turned, found[:1] @ rotation, atol=1e-5)
    box = np.diag([8.0, 200, 200])
    assert np.allclose(directions(x[:4], residue[:4], beads[:1], box), [[[-1, 0, 0], [0, 1, 0]]])


def test_neighbours_in_a_helix_turn_a_residue(rotation):
    a = assemble(make_particles(["P"] * 7, ["DA"] * 7, list(range(1, 8))), load_mapping("ca"))
    (copies,) = find_copies(a, np.ones(7, bool))
    known = copies.known
    twist, rise = np.radians(known.screw[0]), known.screw[1]
    k = np.arange(7)[:, None, None]
    turn = np.array([[[np.cos(t), np.sin(t), 0], [-np.sin(t), np.cos(t), 0], [0, 0, 1]] for t in twist * np.arange(7)])
    truth = (known.coordinates[: known.n_heavy] @ turn + k * [0, 0, rise]) @ rotation
    ideal = np.tile(known.coordinates[known.index("P")], (7, 1))
    centres = truth[:, known.index("P")]
    bonded = a.atoms.residues.bonded_to_previous
    guides = helix_neighbours(copies, ideal, centres, bonded)
    assert (guides.weights[3] > 0).sum() == 6 and (guides.weights[0] > 0).sum() == 4
    laid = lay_conformer(copies, known.coordinates[: known.n_heavy], centres[:, None], guides)
    assert np.abs(laid - truth).max() < 1e-3
    alone = helix_neighbours(copies, ideal, centres, np.zeros(7, bool))
    assert not alone.weights.any()
