"""The plots of a report about samples."""

import numpy as np
from numpy.typing import NDArray

from unbead.validate.diversity import best_of
from unbead.validate.ensemble import PARTS, Ensemble
from unbead.validate.report.plots import WIDE
from unbead.validate.report.svg import Axes, bars, dots, key, line, steps, ticks

TITLES = {"backbone": "Backbone", "side_chain": "Side chains"}
HALF, TALL = 510, 300  # pixels
BINS = 40


def error_plots(ensemble: Ensemble) -> list[str]:
    """Draw histograms of the samples' RMSD to the truth, and of the RMSD of the mean of each frame's samples as a line.

    Parameters
    ----------
    ensemble : Ensemble
        Judged samples.

    Returns
    -------
    list of str
        SVG pictures: backbone, side chains.
    """
    pictures = []
    for part, title in TITLES.items():
        errors = _errors(ensemble, part)
        if not len(errors):
            continue
        top = ticks(float(errors.max()) * 1.02 + 1e-3)[-1]
        edges = np.linspace(0, top, BINS + 1)
        share, middle = (
            100 * np.histogram(values, edges)[0] / values.size for values in (errors, _numbers(ensemble, part, "mean_"))
        )
        several = len(errors) > 1
        levels = ticks(max(share.max(), middle.max() if several else 0.0))
        axes = Axes(title, "RMSD / Å", "share / %", (0, top), (0, levels[-1]), ticks(top), levels, HALF, TALL)
        marks, entries = [bars(axes, edges, share, "bar")], [("thick", "samples")]
        if several:
            marks.append(steps(axes, edges, middle, "line"))
            entries.append(("line", "mean structures"))
        pictures.append(axes.draw(marks + key(axes, entries, right=bool(np.median(errors) < top / 2))))
    return pictures


def frame_plots(ensemble: Ensemble) -> list[str]:
    """Draw from the best to the worst sample of each frame, with the mean of all.

    Parameters
    ----------
    ensemble : Ensemble
        Judged samples.

    Returns
    -------
    list of str
        SVG pictures: backbone, side chains; none of one frame only.
    """
    pictures = []
    for part, title in TITLES.items():
        errors = _errors(ensemble, part)
        n = len(errors)
        if n < 2 or not np.isfinite(errors).all():  # there may be no atom of this part
            continue
        levels = ticks(float(errors.max()), 4)
        along = [t for t in ticks(n, 10) if 0 < t <= n]
        axes = Axes(title, "frame", "RMSD / Å", (0.5, n + 0.5), (0, levels[-1]), along, levels, WIDE, 200)
        at = np.arange(1, n + 1)
        low, high = (axes.y(edge).tolist() for edge in (errors.min(1), errors.max(1)))
        where = axes.x(at).tolist()
        marks = [f'<path class="band" d="M{x:.1f} {a:.1f}V{b:.1f}"/>' for x, a, b in zip(where, low, high, strict=True)]
        middle = errors.mean(1)
        words = [f"frame {k}: {e.min():.2f} to {e.max():.2f} Å" for k, e in zip(at.tolist(), errors, strict=True)]
        pictures.append(axes.draw(marks + dots(axes, at, middle, "dot", words, 3.0)))
    return pictures


def best_plots(ensemble: Ensemble) -> list[str]:
    """Draw how the best of n samples nears the truth.

    Parameters
    ----------
    ensemble : Ensemble
        Judged samples.

    Returns
    -------
    list of str
        SVG pictures: backbone, side chains.
    """
    pictures = []
    for part, title in TITLES.items():
        errors = _errors(ensemble, part)
        if not len(errors):
            continue
        curve = best_of(errors).mean(0)
        n, levels = len(curve), ticks(float(curve[0]), 12)
        levels = levels[int(np.searchsorted(levels, curve[-1], "right")) - 1 :]
        along = [t for t in ticks(n, 5) if 0 < t <= n]
        axes = Axes(f"Best of n: {title.lower()}", "n", "RMSD / Å", (1, n), (levels[0], levels[-1]), along, levels,
                    HALF, TALL)  # fmt: skip
        pictures.append(axes.draw([line(axes, np.arange(1, n + 1), curve, "line first")]))
    return pictures


def calibration_plot(ensemble: Ensemble) -> str | None:
    """Draw the share of atoms whose truth is among the nearest q of where samples put them against q.

    Parameters
    ----------
    ensemble : Ensemble
        Judged samples.

    Returns
    -------
    str or None
        An SVG picture; None where nothing varies.
    """
    axes = Axes("Calibration", "nominal / %", "covered / %", (0, 100), (0, 100), _PERCENT, _PERCENT, HALF, TALL)
    marks = [line(axes, np.array([0, 100]), np.array([0, 100]), "ideal")]
    entries = [("ideal", "as it should be")]
    nominal = np.linspace(0, 1, len(ensemble.frames[0].found_phi_psi) + 2)  # the n + 1 ranks lie between these
    for part, title in TITLES.items():
        ranks = np.concatenate([frame.ranks[:, PARTS[part]].reshape(-1) for frame in ensemble.frames])
        ranks = ranks[np.isfinite(ranks)]
        if len(ranks):
            covered = np.searchsorted(np.sort(ranks), nominal) / len(ranks)
            marks.append(line(axes, 100 * nominal, 100 * covered, _LINES[part]))
            entries.append((_LINES[part], title.lower()))
    return axes.draw(marks + key(axes, entries, right=False)) if len(entries) > 1 else None


def diversity_plot(ensemble: Ensemble) -> str | None:
    """Draw how far the samples of each frame are from each other against how far they are from the truth.

    Parameters
    ----------
    ensemble : Ensemble
        Judged samples.

    Returns
    -------
    str or None
        An SVG picture; None where it is not known.
    """
    rows = [frame.numbers for frame in ensemble.frames]
    pairs = [(row["rmsd_all"], row["spread"], row["diversity"]) for row in rows]
    known = [(k, *pair) for k, pair in enumerate(pairs, 1) if None not in pair]
    if not known:
        return None
    number, error, spread, share = np.array(known, float).T
    levels = ticks(float(max(error.max(), spread.max())))
    both = (0.0, levels[-1])
    axes = Axes("Diversity", "RMSD to the truth / Å", "RMSD of two samples / Å", both, both, levels, levels, HALF, TALL)
    words = [f"frame {k:.0f}: diversity {d:.2f}" for k, d in zip(number, share, strict=True)]
    marks = [line(axes, np.array(both), np.array(both), "ideal"), *dots(axes, error, spread, "dot", words, 3.0)]
    return axes.draw(marks + key(axes, [("ideal", "diversity 0")], right=False))


_PERCENT = (0, 25, 50, 75, 100)
_LINES = {"backbone": "line first", "side_chain": "line"}


def _errors(ensemble: Ensemble, part: str) -> NDArray[np.float64]:
    """RMSDs of the samples of all frames that can be compared, shape (n_frames, n_samples), in Å."""
    errors = np.stack([frame.errors[part] for frame in ensemble.frames])
    return errors[np.isfinite(errors).all(1)]


def _numbers(ensemble: Ensemble, part: str, kind: str) -> NDArray[np.float64]:
    """One RMSD of each frame, where it is known."""
    return np.array([v for frame in ensemble.frames if (v := frame.numbers[f"{kind}rmsd_{part}"]) is not None])
