"""The small file beside a trajectory that tells what it was made of, so that another run can go on with it."""

import json
import math
from collections.abc import Iterable, Sequence
from hashlib import blake2b, file_digest
from pathlib import Path

import numpy as np

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.output import write_text
from unbead.io.trajectory import Trajectory

NAMES = {"unbead": "version of Unbead", "topology": "beads or residues", "frames": "--start, --stop, --step"}
CONTENTS, FRAMES = "contents", "input_frames"  # compared file by file
GROWS = (FRAMES, "total", "levels")  # what may differ where there are more frames than before
SIZE = 16  # bytes of a digest


def record_path(output: Path) -> Path:
    """Return the place of the record of a trajectory.

    Parameters
    ----------
    output : Path
        The trajectory.

    Returns
    -------
    Path
        The same with ``.unbead.json`` behind.
    """
    return output.with_name(output.name + ".unbead.json")


def digest_files(paths: Iterable[Path | str]) -> dict[str, str]:
    """Digest the content of files.

    Parameters
    ----------
    paths : iterable of Path or str
        Files, and folders of files; what is neither (a name, SMILES) stands for itself.

    Returns
    -------
    dict of str to str
        Digests by path.

    Raises
    ------
    UnbeadError
        If a file cannot be read.
    """
    found = {}
    for name in map(str, paths):
        path = Path(name)
        try:
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            for file in files:
                if file.is_file():
                    with file.open("rb") as content:
                        found[str(file)] = file_digest(content, lambda: blake2b(digest_size=SIZE)).hexdigest()
        except OSError as error:
            raise UnbeadError(f"{path}: {error.strerror or error}") from None
    return found


def digest_topology(beads: Particles) -> str:
    """Digest what particles are, whatever their places.

    Parameters
    ----------
    beads : Particles
        A system.

    Returns
    -------
    str
        The digest.
    """
    residues = beads.residues
    columns = (residues.names, residues.numbers, residues.insertion_codes, residues.chains, residues.segments)
    state = blake2b(digest_size=SIZE)
    for column in (beads.names, beads.residue_index, *columns, residues.bonded_to_previous):
        state.update("\n".join(map(str, column.tolist())).encode() + b"\0")
    state.update(beads.bonds.tobytes())
    return state.hexdigest()


def digest_frames(trajectory: Trajectory, wanted: range, counts: Sequence[int]) -> list[str]:
    """Digest positions, boxes and times of frames.

    Parameters
    ----------
    trajectory : Trajectory
        The frames.
    wanted : range
        Their numbers.
    counts : sequence of int
        How many of them each digest covers; the last ends where a frame cannot be read.

    Returns
    -------
    list of str
        The digests.
    """
    ends = np.cumsum(counts).tolist()
    states = [blake2b(digest_size=SIZE) for _ in counts]
    try:
        for k, frame in enumerate(trajectory.read(wanted[: ends[-1]])):
            state = states[int(np.searchsorted(ends, k, side="right"))]
            state.update(frame.positions.tobytes())
            state.update(b"" if frame.box is None else frame.box.tobytes())
            state.update(repr((frame.time, frame.step)).encode())
    except UnbeadError:
        pass  # told when that frame is to be backmapped
    return [state.hexdigest() for state in states]


def write_manifest(output: Path, record: dict) -> None:
    """Write the record of a trajectory.

    Parameters
    ----------
    output : Path
        The trajectory.
    record : dict
        What it is made of; keys that are not in `NAMES` are names of options.

    Raises
    ------
    UnbeadError
        If it cannot be written.
    """
    write_text(record_path(output), [json.dumps(record, indent=1), "\n"], keep=False)


def read_manifest(output: Path) -> dict | None:
    """Read the record of a trajectory.

    Parameters
    ----------
    output : Path
        The trajectory.

    Returns
    -------
    dict or None
        The record; None where there is none that can be read.
    """
    try:
        record = json.loads(record_path(output).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # the last of brackets within brackets
        return None
    return record if isinstance(record, dict) else None


def check_same(output: Path, record: dict, trajectory: Trajectory, wanted: range) -> dict:
    """Complain if a trajectory was begun in another way than it is to go on; more frames may follow.

    Parameters
    ----------
    output : Path
        The trajectory.
    record : dict
        What it is to be made of now.
    trajectory : Trajectory
        The frames.
    wanted : range
        Those to backmap.

    Returns
    -------
    dict
        The older record.

    Raises
    ------
    UnbeadError
        If there is no record, or anything differs.
    """
    older = read_manifest(output)
    if older is None:
        raise UnbeadError(
            f"{output}: there is no {record_path(output).name} to tell what it was made of; run without --resume"
        )
    remedy = "go on as it was begun, or choose another output"
    for key in older | record:
        value = record.get(key)
        if key not in (CONTENTS, *GROWS) and older.get(key) != value:
            name = NAMES.get(key, "--" + key.replace("_", "-"))
            was = "" if key == "topology" else f" {older.get(key)}, now {value}"
            raise UnbeadError(f"{output}: was begun with {'other ' * (not was)}{name}{was}; {remedy}")
    changed = _changed(older.get(CONTENTS), record[CONTENTS])
    if changed is None:
        changed = _changed_frames(older.get(FRAMES), trajectory, wanted)
    if changed is not None:
        raise UnbeadError(f"{output}: was begun with another {changed}: its content differs; {remedy}")
    return older


def recorded_levels(output: Path, older: dict, n_networks: int) -> list[float]:
    """Take the perturbation of the beads that a run was begun with.

    Parameters
    ----------
    output : Path
        The trajectory.
    older : dict
        Its record.
    n_networks : int
        How many levels there should be.

    Returns
    -------
    list of float
        Levels in Å.

    Raises
    ------
    UnbeadError
        If the record is damaged.
    """
    levels = older.get("levels")
    given = levels if isinstance(levels, list) else []
    sound = all(isinstance(level, int | float) and 0 <= level < math.inf for level in given)
    if sound and len(given) == n_networks:
        return [float(level) for level in given]
    raise UnbeadError(f"{record_path(output)}: damaged; run without --resume")


def _changed(older: object, record: dict[str, str]) -> str | None:
    """Name a file that is another, wherever it is now."""
    before = older if isinstance(older, dict) else {}
    mine, others = list(record.items()), list(before.items())
    for k, (name, digest) in enumerate(mine):
        if k >= len(others) or others[k][1] != digest:
            return name
    return others[len(mine)][0] if len(others) > len(mine) else None


def _changed_frames(older: object, trajectory: Trajectory, wanted: range) -> str | None:
    """Name a trajectory whose frames are others than they were; ``trajectory`` where the record is none."""
    try:
        names, counts, digests = zip(*older, strict=True)  # type: ignore[call-overload, misc]
        counts = [int(count) for count in counts]
    except (TypeError, ValueError, OverflowError):
        return "trajectory"
    if min(counts) < 1:
        return "trajectory"
    if sum(counts) > len(wanted):
        return f"{names[-1]}, which had {sum(counts)} frames to take and has {len(wanted)}"
    found = digest_frames(trajectory, wanted, counts)
    return next((str(name) for name, a, b in zip(names, digests, found, strict=True) if a != b), None)
