"""Draw the README's picture: beads on the left, the atoms that Unbead makes of them on the right.

Run: ``python scripts/render_picture.py [BEADS] [PICTURE.png]``; by default the bundled demo and
``docs/pictures/unbead.png``.
"""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

import unbead
from unbead.io.read import read_structure

ROOT = Path(__file__).parents[1]
COLOURS = {"C": "#7d8794", "N": "#2f55d4", "O": "#d64545", "S": "#d9a520"}
BACKBONE, SIDE = "#d98b3a", "#5b8c7b"


def view(positions):
    """Axes that put the longest direction upright and the shortest towards the eye."""
    centred = positions - positions.mean(0)
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    axes[2] = np.cross(axes[0], axes[1])
    return axes


def project(positions, centre, axes):
    """Coordinates on paper and depth."""
    y, x, z = ((positions - centre) @ axes.T).T
    return x, y, z


def fog(colours, depth):
    """Fade far things into the white background."""
    near = np.clip((depth + 22) / 44, 0, 1)[:, None]
    return 1 - (1 - np.array([to_rgb(c) for c in colours])) * (0.25 + 0.75 * near)


def balls(panel, x, y, z, colours, size, layer):
    """Shaded balls of one depth."""
    order = np.argsort(z)
    shade = fog(colours, z)[order]
    radius = size * (1 + z[order] / 90)
    for scale, shift, light in ((1.0, 0.0, 0.0), (0.72, 0.10, 0.18), (0.36, 0.22, 0.42)):
        offset = shift * radius / 16
        panel.scatter(
            x[order] - offset, y[order] + offset, s=(radius * scale) ** 2, linewidths=0.4 if scale == 1 else 0,
            c=shade + (1 - shade) * light, edgecolors=shade * 0.55 if scale == 1 else "none",
            zorder=layer + light,
        )  # fmt: skip


def paint_in_slices(panel, x, y, z, colours, size, slices=60):
    """Balls slice by slice, so that highlights of far balls do not shine through near ones."""
    for layer, part in enumerate(np.array_split(np.argsort(z), slices)):
        balls(panel, x[part], y[part], z[part], [colours[i] for i in part], size, layer)


def main():
    """Draw."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "src/unbead/data/demo_m3.gro"
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "docs/pictures/unbead.png"
    beads, atoms = read_structure(source), unbead.backmap(source).atoms
    centre, axes = beads.positions.mean(0), view(beads.positions)
    figure = Figure(figsize=(10, 6.6), facecolor="white")
    FigureCanvasAgg(figure)
    left = figure.add_axes((0.02, 0.02, 0.46, 0.9))
    right = figure.add_axes((0.52, 0.02, 0.46, 0.9))
    x, y, z = project(beads.positions, centre, axes)
    colours = [BACKBONE if name == "BB" else SIDE for name in beads.names]
    paint_in_slices(left, x, y, z, colours, 13)
    x, y, z = project(atoms.positions, centre, axes)
    ends = atoms.bonds.indices
    halves, tints, depth = [], [], []
    for a, b in ((0, 1), (1, 0)):
        i, j = ends[:, a], ends[:, b]
        middle = np.stack([(x[i] + x[j]) / 2, (y[i] + y[j]) / 2], 1)
        halves.append(np.stack([np.stack([x[i], y[i]], 1), middle], 1))
        tints += [COLOURS.get(name[0], "#888888") for name in atoms.names[i]]
        depth.append((z[i] + z[j]) / 2)
    depth = np.concatenate(depth)
    order = np.argsort(depth)
    lines, shade = np.concatenate(halves)[order], fog(tints, depth)[order]
    for width, light in ((3.0, -0.45), (2.0, 0.0)):
        edge = np.clip(shade * (1 + light), 0, 1)
        right.add_collection(LineCollection(list(lines), colors=edge, linewidths=width, capstyle="round"))
    for panel, text in (
        (left, f"{len(beads)} Martini 3 beads"),
        (right, f"{len(atoms)} heavy atoms, by unbead"),
    ):
        panel.set_aspect("equal")
        panel.set(xlim=(x.min() - 4, x.max() + 4), ylim=(y.min() - 4, y.max() + 4))
        panel.axis("off")
        panel.set_title(text, fontsize=15, color="#333333")
    figure.text(0.5, 0.47, "→", fontsize=34, ha="center", color="#555555")
    drawing = BytesIO()
    figure.savefig(drawing, dpi=110)
    Image.open(drawing).convert("RGB").quantize(128).save(target, optimize=True)


if __name__ == "__main__":
    main()
