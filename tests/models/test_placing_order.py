"""Fields of internal coordinates."""

import numpy as np
import torch

from tests.train.chains import crystal_chain
from unbead.chem.amino import amino_template
from unbead.chem.torsions.zmatrix import zmatrix
from unbead.models import keys
from unbead.models.placing_order import chain_neighbours, internal_fields
from unbead.nn.internal_coordinates import place, to_internal
from unbead.train.data.tables import residue_tables


def test_ends_of_chains_take_both_directions_from_one_side():
    near = chain_neighbours(np.array([False, True, True, True, False, True, False]))
    assert near[:, 0].tolist() == [[1, 2], [0, 2], [1, 3], [2, 1], [5, -1], [4, -1], [-1, -1]]
    assert near[:, 1].tolist() == [[1, 2], [2, 0], [3, 1], [2, 1], [5, -1], [4, -1], [-1, -1]]


def fields_of(chain):
    present = residue_tables().present[chain.kind]
    first = np.cumsum(present.sum(1)) - present.sum(1)
    residues = [zmatrix(amino_template(kind)) for kind in chain.kind.tolist()]
    fields = internal_fields(residues, first, chain.bonded_to_previous, int(present.sum()))
    return {name: torch.from_numpy(field) for name, field in fields.items()}, torch.from_numpy(chain.positions[present])


def test_a_protein_goes_to_internal_coordinates_and_back():
    fields, x = fields_of(crystal_chain())
    references, depth = fields[keys.REFERENCES], fields[keys.DEPTH]
    ca = (depth == 0)[:, None]
    again = place(torch.where(ca, x, torch.zeros_like(x)), references, depth, to_internal(x, references))
    assert float((again - x).norm(dim=1).max()) < 1e-3
    assert torch.equal(again[ca[:, 0]], x[ca[:, 0]])


def test_missing_neighbours_are_marked_and_ends_known():
    chain = crystal_chain().select(np.array([0, 1, 2, 5, 6, 9]))
    fields, _ = fields_of(chain)
    own = np.arange(len(fields[keys.DEPTH]))[:, None]
    lacking = (fields[keys.REFERENCES].numpy() == own).sum(1)[fields[keys.DEPTH].numpy() == 1]
    assert lacking.tolist() == [0] * 6 + [1] * 4 + [2] * 2
    end = fields[keys.CHAIN_END].numpy()[fields[keys.DEPTH].numpy() == 1]
    assert end.tolist() == [1, 0, 0, 0, 0, 2, 1, 0, 0, 2, 1, 2]
    assert fields[keys.AXES][-1].tolist() == [5, 5]
