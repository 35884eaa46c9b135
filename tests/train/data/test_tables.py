"""Tables agree with templates, vocabulary and mappings."""

import numpy as np

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.mapping.mapping import available_mappings, load_mapping
from unbead.models.vocabulary import protein_vocabulary
from unbead.train.data.tables import mapping_tables, residue_tables


def test_atom_ids_are_the_vocabularys():
    names = protein_vocabulary().names
    table = residue_tables().atom_id
    for kind, residue in enumerate(AMINO_ACIDS):
        for slot, atom in enumerate(amino_template(kind).atoms[: amino_template(kind).n_heavy]):
            assert names[table[kind, slot]] == f"{residue}:{atom}"


def test_mapping_rows_are_means_and_owners_exist():
    for name in available_mappings():
        tables = mapping_tables(load_mapping(name).molecules)
        exists = np.arange(tables.weight.shape[1]) < tables.n_beads[:, None]
        assert np.allclose(tables.weight.sum(-1)[exists], 1) and not tables.weight[~exists].any()
        present = residue_tables().present
        assert (tables.owner[present] < np.repeat(tables.n_beads, present.sum(1))).all()
        assert (tables.owner[~present] == -1).all()
