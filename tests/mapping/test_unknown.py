"""The message for unknown residues."""

from tests.helpers import make_particles
from unbead.mapping.mapping import load_mapping
from unbead.mapping.unknown import unknown_residues


def test_names_counts_and_near_matches():
    p = make_particles(["W", "W", "X"], ["W", "W", "ALX"], [1, 2, 3])
    message = str(unknown_residues(p.residues, ["ALX", "W"], load_mapping("martini3")))
    assert (
        "ALX (1), W (2), first ALX 3 (chain A); ALX may mean" in message
        and "ALA" in message
        and "mapping check" in message
    )
