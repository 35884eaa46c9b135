"""Tables of an assembly."""

import numpy as np

from unbead.relax.topology import make_topology


def test_tables_fit_the_assembly(topology, assembly):
    names = assembly.atoms.names
    assert (names[topology.sg] == "SG").all() and len(topology.sg) == (assembly.template_names == "CYS").sum()
    assert (names[topology.cb] == "CB").all() and (names[topology.ca] == "CA").all()
    assert len(topology.radius) == len(names)
    carbonyls = (names == "C") & topology.united_atom
    assert (
        not carbonyls.any()
        and topology.united_atom[names == "CA"].all()
        and not topology.united_atom[names == "O"].any()
    )
    rings = {"PHE": 1, "TYR": 1, "PRO": 1, "HIS": 1, "TRP": 2}
    assert len(topology.rings) == sum(rings.get(name, 0) for name in assembly.template_names)


def test_bonded_pairs_are_related(topology, assembly):
    n = len(assembly.atoms)
    i, j = np.sort(assembly.bonds, 1).T
    assert np.isin(i * n + j, topology.related).all()


def test_any_mapping_has_one(assembly_of):
    assert len(make_topology(assembly_of("ca")).peptides.c) == len(make_topology(assembly_of("martini2")).peptides.c)
