"""Assemblies in the network's terms."""

import numpy as np

from tests.helpers import make_particles
from unbead.mapping.assemble import assemble
from unbead.mapping.mapping import load_mapping
from unbead.models import keys
from unbead.models.encode import encode
from unbead.models.vocabulary import UNKNOWN, protein_vocabulary


def test_beads_made_alike_share_a_type_and_weights_sum_to_one(assembly_of):
    assembly = assembly_of("martini3")
    encoded = encode(assembly, protein_vocabulary())
    total = np.bincount(encoded.components[keys.COMPONENT_TYPE], encoded.components[keys.COMPONENT_WEIGHT])
    assert np.allclose(total, 1.0, atol=1e-5)
    names = assembly.beads.residues.names[assembly.beads.residue_index]
    labels = [f"{r}:{b}" for r, b in zip(names, assembly.beads.names, strict=True)]
    assert len(set(zip(labels, encoded.bead_type.tolist(), strict=True))) == len(set(labels))


def test_variants_read_as_their_parents_and_modifications_are_unknown():
    beads = make_particles(["BB", "SC1"] * 3, ["SEP"] * 2 + ["MSE"] * 2 + ["SER"] * 2, [1, 1, 2, 2, 3, 3])
    assembly = assemble(beads, load_mapping("martini3"))
    encoded = encode(assembly, protein_vocabulary())
    unknown = assembly.atoms.names[encoded.atom_id == UNKNOWN]
    assert set(unknown) == {"P", "O1P", "O2P", "O3P"}
