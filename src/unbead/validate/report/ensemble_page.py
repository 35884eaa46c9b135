"""The report of ``unbead evaluate --ensemble``."""

from html import escape

import numpy as np

from unbead.validate.ensemble import Ensemble
from unbead.validate.report.document import document, gallery
from unbead.validate.report.ensemble_plots import best_plots, calibration_plot, diversity_plot, error_plots, frame_plots
from unbead.validate.report.plots import chi_plots, ramachandran_plots
from unbead.validate.thresholds import MEASURES, Measure
from unbead.validate.verdict import show

TRUTH, SPREAD, GRAPH = "Beside the reference", "Spread of the samples", "Bond graph"
POINTS = 4000  # φ/ψ of samples, about, that are drawn
NAMES = {"backbone": "N, Cα, C, O", "side_chain": "side chains", "all": "all heavy atoms"}
SAMPLES = (
    {f"{kind}rmsd_{part}": Measure(f"RMSD of {name}: {what}", "Å", TRUTH)
     for kind, what in (("", "samples"), ("best_", "best sample"), ("mean_", "mean of the samples"))
     for part, name in NAMES.items()}
    | {name: MEASURES[name] for name in ("interactions", "interactions_kept_percent", "interaction_score")}
    | {
        "spread": Measure("RMSD between two samples", "Å", SPREAD),
        "diversity": Measure("diversity, 1 − RMSD between samples / RMSD to the truth", "", SPREAD),
        "coverage_50": Measure("truth among the nearest 50 %", "%", SPREAD),
        "coverage_90": Measure("truth among the nearest 90 %", "%", SPREAD),
        "valid_percent": Measure("samples with the right bond graph", "%", GRAPH),
        "sampling_rmsd": Measure("RMSD of these to the truth", "Å", GRAPH),
        "wrong_edges_percent": Measure("missing and extra bonds, of all bonds", "%", GRAPH),
        "graph_difference": Measure("λ with its sign, as published (faults cancel)", "", GRAPH),
    }
    | {name: MEASURES[name] for name in (
        "broken_bonds_percent", "contacts_share_percent", "clashscore", "ramachandran_outliers_percent",
    )}
)  # fmt: skip


def ensemble_page(ensemble: Ensemble, name: str) -> str:
    """Write the report.

    Parameters
    ----------
    ensemble : Ensemble
        Judged samples.
    name : str
        What to call them.

    Returns
    -------
    str
        A whole HTML document: numbers and plots.
    """
    drawn = [each for frame in ensemble.frames for each in frame.found_phi_psi]
    stride = 1 + sum(len(each.rows) for each in drawn) // POINTS
    blocks = (
        _head(ensemble, name),
        _table(ensemble),
        gallery(
            "Distance from the truth",
            "Heavy atoms, no superposition, symmetric names resolved.",
            error_plots(ensemble),
        ),
        gallery(
            "Frame by frame", "From the best to the worst sample; the point is the mean of all.", frame_plots(ensemble)
        ),
        gallery(
            "Many answers",
            "Best of n: the smallest error to be expected of n samples. Calibration: how often the truth is among the"
            " nearest share of where samples put an atom; below the diagonal the samples are too much alike. Diversity:"
            " one point for each frame.",
            [*best_plots(ensemble), calibration_plot(ensemble), diversity_plot(ensemble)],
        ),
        gallery(
            "Side-chain torsions",
            "Bars: all samples. Line: the reference, for the same composition.",
            chi_plots([(ensemble.found, ensemble.expected)], ensemble.numbers),
        ),
        gallery(
            "φ and ψ",
            f"KL divergence {show(ensemble.numbers['phi_psi_divergence'], 'nats')}. First row: samples"
            f"{f', one of {stride}' * (stride > 1)}; second row: the reference. Dark: favoured; light: allowed; red:"
            " outliers. Hover over a point for its residue.",
            ramachandran_plots(drawn[::stride], ": samples")
            + ramachandran_plots([frame.expected_phi_psi for frame in ensemble.frames], ": reference"),
        ),
    )
    return document(name, [block for block in blocks if block], "unbead evaluate --ensemble")


def _head(ensemble: Ensemble, name: str) -> str:
    numbers = ensemble.numbers
    facts = f"{numbers['samples']:.0f} samples of {'each of ' * (len(ensemble.frames) > 1)}{len(ensemble.frames)} frame"
    facts += "s" * (len(ensemble.frames) > 1) + " · compared with a reference"
    return f'<h1>{escape(name)}</h1><p class="note">{facts}</p>'


def _table(ensemble: Ensemble) -> str:
    several = len(ensemble.frames) > 1
    head = ["Measure", "Mean"] + ["5 % of frames below", "5 % above"] * several
    rows, group = [], ""
    for name, measure in SAMPLES.items():
        if measure.group != group:
            group = measure.group
            rows.append(f'<tr class="group"><th colspan="{len(head)}">{group}</th></tr>')
        values = [value for frame in ensemble.frames if (value := frame.numbers[name]) is not None]
        ends = [float(np.percentile(values, q)) if values else None for q in (5, 95)] if several else []
        cells = "".join(f"<td>{show(value, measure.unit)}</td>" for value in (ensemble.numbers[name], *ends))
        rows.append(f"<tr><td>{escape(measure.title)}</td>{cells}</tr>")
    top = "".join(f"<th>{column}</th>" for column in head)
    return f"<h2>Numbers</h2><table><thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
