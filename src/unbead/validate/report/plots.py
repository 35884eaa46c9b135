"""The plots of a report."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from unbead.chem.amino import AMINO_ACIDS
from unbead.chem.particles import Residues
from unbead.chem.torsions import ramachandran as plane
from unbead.validate.check import Model
from unbead.validate.checks.ramachandran import PhiPsi
from unbead.validate.report.svg import Axes, bars, dots, region, steps, ticks
from unbead.validate.torsion_histograms import CHI_BINS, Torsions, expected_counts
from unbead.validate.verdict import show

ANGLES = (-180, -90, 0, 90, 180)
FULL = (-180.0, 180.0)
WIDE = 1030  # pixels
POINTS = 20_000  # beyond which only every second, third … model is drawn


def ramachandran_plots(structures: Sequence[PhiPsi], of: str = "") -> list[str]:
    """Draw phi and psi over the regions of each class of residues.

    Parameters
    ----------
    structures : sequence of PhiPsi
        Angles of one structure or more; of many only some are drawn.
    of : str
        What they are of, for the titles.

    Returns
    -------
    list of str
        SVG pictures: general, glycine, proline, before proline.
    """
    pictures = []
    stride = 1 + sum(len(each.rows) for each in structures) // POINTS
    for k, name in enumerate(("General", "Glycine", "Proline", "Before proline")):
        axes = Axes(name + of, "φ / °", "ψ / °", FULL, FULL, ANGLES, ANGLES, 250, 250)
        marks = [region(axes, plane.mass_outside()[k] >= limit[k], style) for limit, style in _REGIONS]
        for each in structures[::stride]:
            mine, out = each.kind == k, each.share < plane.OUTLIER[each.kind]
            for chosen, style in ((mine & ~out, "dot"), (mine & out, "dot bad")):
                labels = [each.residues.label(int(i)) for i in each.rows[chosen]]
                radius = 3.0 if "bad" in style else 2.0
                marks += dots(axes, each.phi[chosen], each.psi[chosen], style, labels, radius)
        pictures.append(axes.draw(marks))
    return pictures


_REGIONS = ((plane.OUTLIER, "allowed"), (plane.FAVOURED, "favoured"))


def chi_plots(torsions: Sequence[tuple[Torsions, Torsions]], numbers: Mapping[str, float | None]) -> list[str]:
    """Draw histograms of chi1 and chi2, with what is expected as a line.

    Parameters
    ----------
    torsions : sequence of tuple of Torsions
        Counts of structures, and those to compare them with.
    numbers : mapping of str to float or None
        Divergences of `unbead.validate.torsion_histograms.divergences`.

    Returns
    -------
    list of str
        SVG pictures.
    """
    pictures = []
    edges = np.linspace(*FULL, CHI_BINS + 1)
    for name, symbol in (("chi1", "χ1"), ("chi2", "χ2")):
        pairs = [(getattr(found, name), getattr(expected, name)) for found, expected in torsions]
        counts = np.sum([found for found, _ in pairs], 0)
        if not counts.any():
            continue
        wanted = np.sum([expected_counts(found, expected) for found, expected in pairs], 0)
        share, usual = (100 * each / each.sum() for each in (counts.sum(0), wanted))
        levels = ticks(max(share.max(), usual.max()))
        title = f"{symbol}: KL divergence {show(numbers[f'{name}_divergence'], 'nats')}"
        axes = Axes(title, f"{symbol} / °", "side chains / %", FULL, (0, levels[-1]), ANGLES, levels, 510, 270)
        pictures.append(axes.draw([bars(axes, edges, share, "bar"), steps(axes, edges, usual, "line")]))
    return pictures


def error_plot(model: Model) -> str | None:
    """Draw the distance of every residue from the reference.

    Parameters
    ----------
    model : Model
        A judged model.

    Returns
    -------
    str or None
        An SVG picture; None without a reference.
    """
    if model.residue_error is None:
        return None
    return _by_residue("Distance from the reference", "RMSD / Å", model.slots.residues, model.residue_error)


def confidence_plot(model: Model) -> str | None:
    """Draw the B-factor column, in which Unbead writes the error that it expects.

    Parameters
    ----------
    model : Model
        A judged model.

    Returns
    -------
    str or None
        An SVG picture; None if the column is empty.
    """
    atoms = model.atoms
    amino = np.isin(atoms.residues.names[atoms.residue_index], AMINO_ACIDS) & (atoms.elements != "H")
    if not atoms.b_factors[amino].any():
        return None
    n = len(atoms.residues)
    count = np.bincount(atoms.residue_index[amino], minlength=n)
    total = np.bincount(atoms.residue_index[amino], atoms.b_factors[amino], n)
    keep = count > 0
    title = "B-factor column (expected error in Å if Unbead wrote the file, else Å²)"
    return _by_residue(title, "mean of the atoms", atoms.residues.select(keep), total[keep] / count[keep])


def _by_residue(title: str, label: str, residues: Residues, values: NDArray) -> str:
    """Bars along the chain, with lines where another chain begins."""
    n, levels = len(values), ticks(max(float(values.max()), 1e-3), 4)
    along = [t for t in ticks(n, 10) if t <= n]
    axes = Axes(title, "residue, in the order of the file", label, (0, n), (0, levels[-1]), along, levels, WIDE, 220)
    edges = np.arange(n + 1)
    marks = [bars(axes, edges, values, "bar")]
    starts = np.flatnonzero(residues.chains[1:] != residues.chains[:-1]) + 1
    marks += [
        f'<path class="chain" d="M{axes.x(float(i)):.1f} {axes.y(0):.1f}V{axes.y(levels[-1]):.1f}"/>' for i in starts
    ]
    if n <= 4000:  # names on hovering
        x, top, floor = axes.x(edges), float(axes.y(levels[-1])), float(axes.y(0))
        size = f'width="{x[1] - x[0]:.2f}" height="{floor - top:.1f}"'
        marks += [
            f'<rect class="hover" x="{x[i]:.2f}" y="{top:.1f}" {size}>'
            f"<title>{residues.label(i)}: {values[i]:.2f}</title></rect>"
            for i in range(n)
        ]
    return axes.draw(marks)
