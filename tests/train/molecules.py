"""Small systems of molecules: loose residues, at places of their own."""

import numpy as np

from unbead.chem.templates import template
from unbead.train.data.systems import System, make_system


def loose_residues(names, frames, rng, box=None):
    """Residues alone, each its ideal conformer turned at random and shaken a little, in each frame."""
    known = [template(name) for name in names]
    atoms = np.concatenate([k.atoms[: k.n_heavy] for k in known])
    index = np.repeat(np.arange(len(known)), [k.n_heavy for k in known])
    made = []
    for _ in range(frames):
        parts = []
        for k in known:
            turn, _ = np.linalg.qr(rng.normal(size=(3, 3)))
            turn *= np.sign(np.linalg.det(turn))
            shaken = k.coordinates[: k.n_heavy] + rng.normal(0, 0.02, (k.n_heavy, 3))
            parts.append(shaken @ turn.T + rng.uniform(0, 30, 3))
        made.append(np.concatenate(parts))
    boxes = None if box is None else np.tile(np.array(box, np.float32), (frames, 1))
    return make_system("loose", atoms, index, np.array(names), np.array(made, np.float32), boxes)


def same(a: System, b: System):
    """Whether two systems have the same contents, positions to what files keep."""
    return (
        (a.atoms.names == b.atoms.names).all()
        and (a.atoms.residues.names == b.atoms.residues.names).all()
        and np.allclose(a.frames, b.frames, atol=1e-3)
        and np.array_equal(a.boxes, b.boxes)
    )
