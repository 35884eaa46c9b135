"""A small coarse-grained trajectory, made by shaking a structure the same way every time."""

import numpy as np

from unbead.io.appendable import AppendableTrajectory
from unbead.io.frame import AtomFrame, Clock

BOX = np.array([90, 95, 100, 80, 90, 100], np.float32)
CLOCK = Clock(time=100.0, interval=20.0, steps=1000)


def shaken(particles, n, box=BOX, size=0.1):
    """Frames of particles that shake by `size` Å, every 20 ps."""
    rng = np.random.default_rng(3)
    return [
        AtomFrame(
            (particles.positions + rng.normal(0, size, particles.positions.shape)).astype(np.float32),
            box,
            CLOCK.time + CLOCK.interval * k,
            5000 + CLOCK.steps * k,
            np.full(len(particles), 0.5, np.float32),
        )
        for k in range(n)
    ]


def write_frames(path, particles, frames, clock=CLOCK):
    """Write frames to a trajectory; return its bytes."""
    with AppendableTrajectory(path, particles, clock) as file:
        for frame in frames:
            file.write(frame)
        file.finish()
    return path.read_bytes()
