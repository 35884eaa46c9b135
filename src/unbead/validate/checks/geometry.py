"""Is a protein structure physically right? Everything that needs no reference."""

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import Slots, filled_slots
from unbead.validate.checks.angles import bent_angles
from unbead.validate.checks.bond_graph import bond_graph, lambda_graph
from unbead.validate.checks.bonds import broken_bonds, find_bonds, find_disulfides
from unbead.validate.checks.contacts import contacts, near_pairs
from unbead.validate.checks.cross_links import find_cross_links
from unbead.validate.checks.ramachandran import ramachandran, ramachandran_outliers
from unbead.validate.checks.rotamers import rotamer_outliers, rotamers
from unbead.validate.checks.stereo import inverted_centres, misnamed_atoms, peptide_twists, ring_piercings
from unbead.validate.finding import Finding


def find_faults(slots: Slots, disulfides: NDArray[np.int64] | None = None) -> dict[str, Finding]:
    """Run every test that needs no reference.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    disulfides : ndarray, shape=(n, 2), dtype=int64, optional
        Residue pairs that should be bonded; found by distance if not given.

    Returns
    -------
    dict of str to Finding
        The faults by test.
    """
    bonds = find_bonds(slots, find_disulfides(slots) if disulfides is None else disulfides)
    pairs, distance = near_pairs(slots)
    wanted = filled_slots()[slots.kind]
    wanted.reshape(-1)[find_cross_links(slots).lost] = False
    return {
        "missing_atoms": Finding(np.flatnonzero((wanted & ~slots.present).reshape(-1))[:, None], int(wanted.sum())),
        **broken_bonds(slots, bonds),
        **bond_graph(slots, bonds, pairs, distance),
        "angles": bent_angles(slots),
        "d_centres": inverted_centres(slots, "CA"),
        "wrong_cb": inverted_centres(slots, "CB"),
        "symmetric_names": misnamed_atoms(slots),
        **peptide_twists(slots),
        "piercings": ring_piercings(slots, bonds),
        **contacts(slots, bonds, pairs, distance),
        "ramachandran": ramachandran_outliers(slots),
        "rotamers": rotamer_outliers(slots),
    }


def geometry(slots: Slots, disulfides: NDArray[np.int64] | None = None) -> dict[str, float | None]:
    """Measure what needs no reference.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    disulfides : ndarray, shape=(n, 2), dtype=int64, optional
        Residue pairs that should be bonded; found by distance if not given.

    Returns
    -------
    dict of str to float or None
        The numbers of `fault_numbers`.
    """
    return fault_numbers(slots, find_faults(slots, disulfides))


def fault_numbers(slots: Slots, faults: dict[str, Finding]) -> dict[str, float | None]:
    """Turn faults into numbers.

    Parameters
    ----------
    slots : Slots
        Amino acids.
    faults : dict of str to Finding
        What `find_faults` found.

    Returns
    -------
    dict of str to float or None
        Percentages of missing atoms, of bonds and peptide bonds off by more than 10 %, and of angles off by more than
        15°; missing and extra edges of the bond graph with their shares and λ; contacts below 1.2 Å and their share
        of the pairs within 5 Å; overlaps above 0.4 Å per 1,000 atoms; bonds through rings; D-centres at Cα, wrong Cβ
        of Ile and Thr; equal atoms named against the rules of IUPAC; cis (non-proline) peptides, their share, and
        the share of twisted ones; outliers and favoured residues by Ramachandran and by rotamer; disulfides that
        should be, that are, and that are not.
    """
    disulfides = faults["disulfides"]
    missing, extra = faults["missing_edges"], faults["extra_edges"]
    n_atoms = max(faults["overlaps"].tested, 1)
    return {
        "missing_atoms_percent": faults["missing_atoms"].percent,
        "broken_bonds_percent": faults["bonds"].percent,
        "broken_peptide_bonds_percent": faults["peptide_bonds"].percent,
        "bent_angles_percent": faults["angles"].percent,
        "missing_edges": float(len(missing)),
        "extra_edges": float(len(extra)),
        "wrong_edges_percent": 100.0 * (len(missing) + len(extra)) / missing.tested if missing.tested else None,
        "graph_lambda": lambda_graph(faults),
        "contacts_below_1.2": float(len(faults["contacts"])),
        "contacts_share_percent": faults["contacts"].percent,
        "clashscore": 1000.0 * len(faults["overlaps"]) / n_atoms,
        "ring_piercings": float(len(faults["piercings"])),
        "d_centres": float(len(faults["d_centres"])),
        "wrong_cb": float(len(faults["wrong_cb"])),
        "misnamed_percent": faults["symmetric_names"].percent,
        "cis_non_proline": float(len(faults["cis"])),
        "cis_non_proline_percent": faults["cis"].percent,
        "twisted_peptides_percent": faults["twisted"].percent,
        **ramachandran(slots),
        **rotamers(slots),
        "disulfides": float(disulfides.tested),
        "disulfides_right": float(disulfides.tested - len(disulfides)),
        "disulfides_wrong": float(len(disulfides)),
    }
