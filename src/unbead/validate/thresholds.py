"""Which numbers decide the verdict, and where they start to be bad; `docs/validation.md` says why there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """A number that `unbead check` reports.

    Attributes
    ----------
    title : str
        What it is, in a few words.
    unit : str
        Its unit, "" for counts and shares of one.
    group : str
        Heading under which it is listed.
    warn, fail : float or None
        The verdict is WARN above `warn` and FAIL above `fail`; None never.
    faults : str
        Name of the finding that says where, "" if there is none.
    """

    title: str
    unit: str
    group: str
    warn: float | None = None
    fail: float | None = None
    faults: str = ""


BONDS, SHAPE, PACKING, TORSIONS, BEADS, TRUTH = (
    "Bonds and angles", "Stereochemistry", "Packing", "Torsions", "Beads", "Beside the reference",
)  # fmt: skip
MEASURES = {
    "missing_atoms_percent": Measure("heavy atoms that are missing", "%", BONDS, 0.0, 10.0, "missing_atoms"),
    "broken_bonds_percent": Measure("bonds off by more than 10 %", "%", BONDS, 0.5, 5.0, "bonds"),
    "broken_peptide_bonds_percent": Measure("peptide bonds off by more than 10 %", "%", BONDS),
    "bent_angles_percent": Measure("angles off by more than 15°", "%", BONDS, 1.0, 5.0, "angles"),
    "missing_edges": Measure("bonds missing from the bond graph", "", BONDS, 0.0, None, "missing_edges"),
    "extra_edges": Measure("bonds too many in the bond graph", "", BONDS, None, None, "extra_edges"),
    "wrong_edges_percent": Measure("missing and extra bonds, of all bonds", "%", BONDS, 0.7, 3.0, "extra_edges"),
    "graph_lambda": Measure("λ of the bond graph as CGVAE (faults cancel)", "", BONDS),
    "disulfides": Measure("disulfide bonds that should be", "", BONDS),
    "disulfides_wrong": Measure("disulfide bonds off by more than 10 %", "", BONDS, 0.0, None, "disulfides"),
    "d_centres": Measure("D-centres at Cα", "", SHAPE, 0.0, 0.0, "d_centres"),
    "wrong_cb": Measure("wrong Cβ of Ile and Thr", "", SHAPE, 0.0, 0.0, "wrong_cb"),
    "misnamed_percent": Measure("equal atoms named against the IUPAC rule", "%", SHAPE, faults="symmetric_names"),
    "cis_non_proline_percent": Measure("cis peptides, not before proline", "%", SHAPE, 0.5, 3.0, "cis"),
    "twisted_peptides_percent": Measure("twisted peptides (ω 30–150°)", "%", SHAPE, 1.0, 5.0, "twisted"),
    "ring_piercings": Measure("bonds through rings", "", SHAPE, 0.0, 0.0, "piercings"),
    "contacts_below_1.2": Measure("contacts below 1.2 Å", "", PACKING, 0.0, None, "contacts"),
    "contacts_share_percent": Measure(
        "contacts below 1.2 Å, of pairs within 5 Å", "%", PACKING, None, 0.01, "contacts"
    ),
    "clashscore": Measure("overlaps above 0.4 Å per 1,000 atoms", "", PACKING, 25.0, 125.0, "overlaps"),
    "ramachandran_outliers_percent": Measure("Ramachandran outliers", "%", TORSIONS, 2.0, 6.0, "ramachandran"),
    "ramachandran_favoured_percent": Measure("Ramachandran favoured", "%", TORSIONS),
    "rotamer_outliers_percent": Measure("rotamer outliers", "%", TORSIONS, 5.0, 20.0, "rotamers"),
    "rotamer_favoured_percent": Measure("rotamers favoured", "%", TORSIONS),
    "chi1_divergence": Measure("KL divergence of χ1", "nats", TORSIONS),
    "chi2_divergence": Measure("KL divergence of χ2", "nats", TORSIONS),
    "phi_psi_divergence": Measure("KL divergence of φ/ψ", "nats", TORSIONS),
    "bead_distance_mean": Measure("distance of beads from the atoms' centres, mean", "Å", BEADS, 0.5, 1.5),
    "bead_distance_95": Measure("the same, 95th percentile", "Å", BEADS),
    "bead_distance_max": Measure("the same, largest", "Å", BEADS),
    "rmsd_backbone": Measure("RMSD of N, Cα, C, O (no superposition)", "Å", TRUTH),
    "rmsd_side_chain": Measure("RMSD of side chains", "Å", TRUTH),
    "rmsd_all": Measure("RMSD of all heavy atoms", "Å", TRUTH),
    "chi1_within_40_percent": Measure("χ1 within 40°", "%", TRUTH),
    "chi12_within_40_percent": Measure("χ1 and χ2 within 40°", "%", TRUTH),
    "phi_psi_within_30_percent": Measure("φ and ψ within 30°", "%", TRUTH),
    "interactions": Measure("interactions in the reference", "", TRUTH),
    "interactions_kept_percent": Measure("interactions kept", "%", TRUTH),
    "interaction_score": Measure("excess distance of interactions as GenZProt", "Å", TRUTH),
}
