"""Input that can be read but hardly be meant."""

from dataclasses import replace

import numpy as np
import pytest

from unbead.errors import UnbeadError
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.pipeline.input_checks import box_volume, find_gaps, refuse_nonsense


@pytest.fixture
def assembly(assembly_of):
    return assembly_of("martini3")


def moved(assembly, positions, box=None):
    return replace(assembly, beads=replace(assembly.beads, positions=positions.astype(np.float32), box=box))


def test_a_good_system_raises_no_doubts(assembly):
    refuse_nonsense(assembly)
    assert find_gaps(assembly) == ([], [])


def test_wrong_units_are_named(assembly):
    x = assembly.beads.positions
    with pytest.raises(UnbeadError, match="multiply by 10"):
        refuse_nonsense(moved(assembly, x / 10))
    with pytest.raises(UnbeadError, match="divide by 10"):
        refuse_nonsense(moved(assembly, x * 10))


def test_a_small_box_is_refused_and_a_large_one_is_not(assembly):
    x = assembly.beads.positions
    with pytest.raises(UnbeadError, match="cannot hold"):
        refuse_nonsense(moved(assembly, x, np.array([10, 10, 10, 90, 90, 90], np.float32)))
    refuse_nonsense(moved(assembly, x, np.array([40, 40, 40, 90, 90, 60], np.float32)))


def test_a_molecule_on_another_is_refused(assembly):
    x = assembly.beads.positions.copy()
    x[1::2] = x[: len(x) - 1 : 2][: len(x[1::2])]
    with pytest.raises(UnbeadError, match="there twice"):
        refuse_nonsense(moved(assembly, x))


def test_falling_numbers_are_refused(assembly):
    beads = assembly.beads
    residues = replace(beads.residues, numbers=beads.residues.numbers[::-1])
    with pytest.raises(UnbeadError, match="numbers fall"):
        refuse_nonsense(replace(assembly, beads=replace(beads, residues=residues)))


def reordered(beads, order):
    """Beads whose residues stand in another order, as a reader makes them."""
    rows = np.concatenate([np.flatnonzero(beads.residue_index == k) for k in order])
    r = beads.residues
    columns = ("names", "numbers", "insertion_codes", "chains", "segments")
    residues = replace(r, **{name: getattr(r, name)[order] for name in columns})
    follows = np.append(False, np.diff(residues.numbers) == 1)
    index = np.argsort(order)[beads.residue_index[rows]]
    return replace(beads.select(rows), residue_index=index, residues=replace(residues, bonded_to_previous=follows))


@pytest.mark.parametrize("name", ["martini3", "ca", "mainchain", "residue-com"])
def test_residues_out_of_order_are_refused(beads_of, rng, name):
    """They came out as 46 molecules of one residue, with exit code 0."""
    beads = beads_of(name)
    order = rng.permutation(len(beads.residues))
    with pytest.raises(UnbeadError, match="out of order.*by their numbers"):
        refuse_nonsense(assemble(reordered(beads, order), load_mapping(name)))


def test_a_chain_whose_halves_are_exchanged_is_told(beads_of):
    beads = beads_of("martini3")
    n = len(beads.residues)
    moved_halves = assemble(reordered(beads, np.roll(np.arange(n), 20)), load_mapping("martini3"))
    refuse_nonsense(moved_halves)
    gaps, _ = find_gaps(moved_halves)
    assert len(gaps) == 1 and "not together in the file" in gaps[0]


def test_gaps_are_told_from_ends_of_chains(assembly):
    beads = assembly.beads
    bonded = beads.residues.bonded_to_previous.copy()
    bonded[20] = False
    for distance, place in ((8.0, 0), (40.0, 1)):
        x = beads.positions.copy()
        first = [np.flatnonzero(beads.residue_index == k)[0] for k in (19, 20)]
        arrow = x[first[1]] - x[first[0]]
        x[beads.residue_index >= 20] += arrow / np.linalg.norm(arrow) * distance - arrow
        residues = replace(beads.residues, bonded_to_previous=bonded)
        said = find_gaps(replace(assembly, beads=replace(beads, positions=x, residues=residues)))
        assert len(said[place]) == 1 and not said[1 - place]
        assert beads.residues.label(20) in said[place][0] and f"{distance:.1f} Å" in said[place][0]


def test_volume_of_a_truncated_octahedron():
    box = np.array([10, 10, 10, 70.53, 109.47, 70.53], np.float32)
    assert box_volume(box) == pytest.approx(769.8, rel=1e-3)
