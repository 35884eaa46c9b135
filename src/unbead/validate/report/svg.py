"""Plots as SVG: frames with axes and labels, and a few marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

LEFT, RIGHT, TOP, BOTTOM = 52, 14, 28, 44  # room for labels, in pixels


@dataclass(frozen=True)
class Axes:
    """A frame to draw in.

    Attributes
    ----------
    title, x_label, y_label : str
        What is written around it, units included.
    x_range, y_range : tuple of float
        Values at the ends of the axes.
    x_ticks, y_ticks : sequence of float
        Values with a number.
    width, height : int
        Size in pixels, labels included.
    """

    title: str
    x_label: str
    y_label: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    width: int = 340
    height: int = 320

    def x(self, value: NDArray | float) -> NDArray:
        """Return horizontal pixels of values.

        Parameters
        ----------
        value : ndarray or float
            Values on the x axis.

        Returns
        -------
        ndarray
            Pixels.
        """
        low, high = self.x_range
        return LEFT + (np.asarray(value, float) - low) / (high - low) * (self.width - LEFT - RIGHT)

    def y(self, value: NDArray | float) -> NDArray:
        """Return vertical pixels of values.

        Parameters
        ----------
        value : ndarray or float
            Values on the y axis.

        Returns
        -------
        ndarray
            Pixels.
        """
        low, high = self.y_range
        return self.height - BOTTOM - (np.asarray(value, float) - low) / (high - low) * (self.height - TOP - BOTTOM)

    def draw(self, marks: Iterable[str]) -> str:
        """Put marks into the frame.

        Parameters
        ----------
        marks : iterable of str
            SVG elements.

        Returns
        -------
        str
            A whole ``<svg>``.
        """
        w, h = self.width, self.height
        middle = (w - RIGHT + LEFT) / 2, (h - BOTTOM + TOP) / 2
        parts = [f'<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{escape(self.title)}">']
        parts += marks
        parts.append(
            f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{w - LEFT - RIGHT}" height="{h - TOP - BOTTOM}"/>'
        )
        for value in self.x_ticks:
            at = f"{self.x(value):.1f}"
            parts.append(f'<path class="tick" d="M{at} {h - BOTTOM}v4"/>')
            parts.append(f'<text class="small" x="{at}" y="{h - BOTTOM + 16}" text-anchor="middle">{value:g}</text>')
        for value in self.y_ticks:
            at = self.y(value)
            parts.append(f'<path class="tick" d="M{LEFT} {at:.1f}h-4"/>')
            parts.append(f'<text class="small" x="{LEFT - 7}" y="{at + 3.5:.1f}" text-anchor="end">{value:g}</text>')
        parts.append(f'<text class="title" x="{middle[0]}" y="17" text-anchor="middle">{escape(self.title)}</text>')
        parts.append(f'<text x="{middle[0]}" y="{h - 8}" text-anchor="middle">{escape(self.x_label)}</text>')
        turned = f'transform="translate(13 {middle[1]}) rotate(-90)" text-anchor="middle"'
        parts.append(f"<text {turned}>{escape(self.y_label)}</text>")
        return "".join(parts) + "</svg>"


def dots(axes: Axes, x: NDArray, y: NDArray, style: str, labels: Sequence[str], radius: float = 2.2) -> list[str]:
    """Draw points that say on hovering what they are.

    Parameters
    ----------
    axes : Axes
        The frame.
    x, y : ndarray, shape=(n,), dtype=float
        Values.
    style : str
        Class in the style sheet.
    labels : sequence of str
        A name for each.
    radius : float
        In pixels.

    Returns
    -------
    list of str
        SVG elements.
    """
    places = zip(axes.x(x).tolist(), axes.y(y).tolist(), labels, strict=True)
    return [
        f'<circle class="{style}" cx="{a:.1f}" cy="{b:.1f}" r="{radius}"><title>{escape(label)}</title></circle>'
        for a, b, label in places
    ]


def region(axes: Axes, inside: NDArray[np.bool_], style: str) -> str:
    """Fill the bins of a plane.

    Parameters
    ----------
    axes : Axes
        The frame; the bins divide it evenly.
    inside : ndarray, shape=(n_x, n_y), dtype=bool
        Which bins.
    style : str
        Class in the style sheet.

    Returns
    -------
    str
        An SVG element.
    """
    x = axes.x(np.linspace(*axes.x_range, inside.shape[0] + 1))
    y = axes.y(np.linspace(*axes.y_range, inside.shape[1] + 1))
    path = []
    for i, column in enumerate(inside):
        turns = np.flatnonzero(np.diff(column.astype(int), prepend=0, append=0))
        for a, b in turns.reshape(-1, 2):
            path.append(f"M{x[i]:.1f} {y[a]:.1f}H{x[i + 1]:.1f}V{y[b]:.1f}H{x[i]:.1f}z")
    return f'<path class="{style}" d="{"".join(path)}"/>'


def bars(axes: Axes, edges: NDArray, heights: NDArray, style: str) -> str:
    """Draw bars that stand on the x axis.

    Parameters
    ----------
    axes : Axes
        The frame.
    edges : ndarray, shape=(n + 1,), dtype=float
        Where bars begin and end.
    heights : ndarray, shape=(n,), dtype=float
        Their values.
    style : str
        Class in the style sheet.

    Returns
    -------
    str
        An SVG element.
    """
    x, y, floor = axes.x(edges), axes.y(np.minimum(heights, axes.y_range[1])), float(axes.y(axes.y_range[0]))
    path = "".join(f"M{x[i]:.2f} {floor:.1f}V{y[i]:.1f}H{x[i + 1]:.2f}V{floor:.1f}z" for i in range(len(heights)))
    return f'<path class="{style}" d="{path}"/>'


def steps(axes: Axes, edges: NDArray, heights: NDArray, style: str) -> str:
    """Draw the outline of bars.

    Parameters
    ----------
    axes : Axes
        The frame.
    edges : ndarray, shape=(n + 1,), dtype=float
        Where steps begin and end.
    heights : ndarray, shape=(n,), dtype=float
        Their values.
    style : str
        Class in the style sheet.

    Returns
    -------
    str
        An SVG element.
    """
    x, y = axes.x(edges), axes.y(heights)
    path = f"M{x[0]:.2f} {y[0]:.1f}" + "".join(f"V{y[i]:.1f}H{x[i + 1]:.2f}" for i in range(len(heights)))
    return f'<path class="{style}" d="{path}"/>'


def line(axes: Axes, x: NDArray, y: NDArray, style: str) -> str:
    """Join points by a line.

    Parameters
    ----------
    axes : Axes
        The frame.
    x, y : ndarray, shape=(n,), dtype=float
        Values.
    style : str
        Class in the style sheet.

    Returns
    -------
    str
        An SVG element.
    """
    points = zip(axes.x(x).tolist(), axes.y(y).tolist(), strict=True)
    return f'<path class="{style}" d="M{"L".join(f"{a:.1f} {b:.1f}" for a, b in points)}"/>'


def key(axes: Axes, entries: Sequence[tuple[str, str]], right: bool = True) -> list[str]:
    """Say in a corner at the top what lines are.

    Parameters
    ----------
    axes : Axes
        The frame.
    entries : sequence of tuple of str
        Class in the style sheet and words of each line.
    right : bool
        Whether it is the right corner.

    Returns
    -------
    list of str
        SVG elements.
    """
    at = axes.width - RIGHT - 128 if right else LEFT + 10
    return [
        f'<path class="{style}" d="M{at} {TOP + 12 + 16 * k}h22"/>'
        f'<text class="small" x="{at + 28}" y="{TOP + 16 + 16 * k}">{escape(words)}</text>'
        for k, (style, words) in enumerate(entries)
    ]


def ticks(top: float, about: int = 5) -> list[float]:
    """Choose round values from 0 to a number.

    Parameters
    ----------
    top : float
        The largest value, above 0.
    about : int
        How many are wanted.

    Returns
    -------
    list of float
        Multiples of 1, 2 or 5 times a power of ten, the last at least `top`.
    """
    if not (np.isfinite(top) and top > 0):  # nothing to show, as of a part that has no atoms
        top = 1.0
    power = 10.0 ** np.floor(np.log10(top / about))
    step = power * next(f for f in (1, 2, 5, 10) if f * power * about >= top)
    return (np.arange(int(np.ceil(top / step - 1e-9)) + 1) * step).tolist()
