"""The training curve as a picture."""

import json
from pathlib import Path

CURVES = {  # the first of them that a run has
    "position": "mean distance error / Å",
    "mean_cartesian": "squared error of coordinates at the prior's mean / Å²",
    "rotamers": "negative log likelihood of a side chain / nat",
    "torsions": "squared error of (cos, sin)",
}
CHECKS = {"all": "RMSD of heavy atoms / Å", "nll": "negative log likelihood of a side chain / nat"}


def plot_log(log: Path, picture: Path) -> None:
    """Plot loss and validation errors against the step.

    Parameters
    ----------
    log : Path
        JSON lines of a training run.
    picture : Path
        PNG file to write; nothing is written where matplotlib (extra ``train``) is missing.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return
    records = [json.loads(line) for line in log.read_text().splitlines()]
    figure = Figure(figsize=(9, 4), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    term = next((name for name in CURVES if any(name in record for record in records)), "position")
    steps = [r["step"] for r in records if term in r]
    left.plot(steps, [r[term] for r in records if term in r], lw=0.8)
    left.set(xlabel="step", ylabel=CURVES[term], title="training", yscale="log")
    checks = [r for r in records if "valid" in r]
    measure = next((m for m in CHECKS if checks and any(m in row for row in checks[-1]["valid"].values())), "all")
    for name in checks[-1]["valid"] if checks else ():
        seen = [(r["step"], r["valid"][name][measure]) for r in checks if name in r["valid"]]
        right.plot(*zip(*seen, strict=True), marker=".", label=name)
    right.set(xlabel="step", ylabel=CHECKS[measure], title="validation", yscale="log")
    if checks:
        right.legend(fontsize=7)
    figure.savefig(picture, dpi=120)
