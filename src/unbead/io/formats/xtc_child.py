"""What runs in the process that unpacks XTC frames; started by `unbead.io.formats.xtc`, imported by nobody.

The unpacking code of MDAnalysis reads and writes beyond its arrays, or divides by zero, where packed bits are damaged.
Here that ends this process and no other. Only the module with that code is loaded, not all of MDAnalysis.
"""

import json
import struct
import sys
import types
from pathlib import Path
from typing import Any, BinaryIO

SLACK = 64  # atoms of room behind the frame: a damaged run of small steps reaches at most 11 too far
BLOCK, BOUNDS = 56, struct.Struct(">f6i")  # where a frame has its precision, least and largest integers
PLAIN = 9  # so few atoms are not packed
FOLD = 64  # atoms that are compared at a time
ROUNDING = 1e-6  # of a coordinate, of single precision
ANSWER = struct.Struct("<?if9f")  # whether the frame can be read, step, time, box in nm


def _reader(path: str) -> Any:
    """MDAnalysis' reader of XTC, without all that MDAnalysis loads at its start: that takes most of a second."""
    names = ("MDAnalysis", "MDAnalysis.lib", "MDAnalysis.lib.formats")
    for name in names:
        folders = [Path(folder, *name.split(".")) for folder in sys.path]
        sys.modules[name] = module = types.ModuleType(name)
        module.__path__ = [str(folder) for folder in folders if folder.is_dir()]
    try:
        from MDAnalysis import exceptions

        sys.modules[names[0]].NoDataError = exceptions.NoDataError  # type: ignore[attr-defined]
        from MDAnalysis.lib.formats.libmdaxdr import XTCFile
    except ImportError:  # another version
        for name in [name for name in sys.modules if name.partition(".")[0] == names[0]]:
            del sys.modules[name]
        from MDAnalysis.lib.formats.libmdaxdr import XTCFile
    return XTCFile(path)


def main(search: str, path: str, n_atoms: int) -> None:
    """Answer each offset that comes in with the frame that begins there, until there are no more.

    Parameters
    ----------
    search : str
        Where to look for packages, as JSON.
    path : str
        The file.
    n_atoms : int
        Atoms of each frame.
    """
    sys.path[:] = json.loads(search)
    import numpy as np

    room = np.full((n_atoms + SLACK, 3), np.nan, np.float32)
    x, beyond = room[:n_atoms], room[n_atoms:]
    untouched, answers = beyond.tobytes(), sys.stdout.buffer
    with Path(path).open("rb") as raw, _reader(path) as file:
        while len(word := sys.stdin.buffer.read(8)) == 8:
            offset = int.from_bytes(word, "little")
            try:
                file._bytes_seek(offset)
                frame = file.read_direct_x(x)
            except (OSError, EOFError, StopIteration):
                frame = None
            if frame is None or beyond.tobytes() != untouched or not _within(x, raw, offset):
                answers.write(ANSWER.pack(False, 0, 0.0, *[0.0] * 9))
                break
            answers.write(ANSWER.pack(True, frame.step, frame.time, *frame.box.ravel().tolist()))
            answers.write(x.data.cast("B"))
            answers.flush()
        answers.flush()


def _within(x: Any, raw: BinaryIO, offset: int) -> bool:
    """Whether the coordinates that lie farthest out are those that the head tells, as whoever packed them saw to."""
    import numpy as np

    if len(x) <= PLAIN:
        return True
    raw.seek(offset + BLOCK)
    precision, *bounds = BOUNDS.unpack(raw.read(BOUNDS.size))
    whole = len(x) - len(x) % FOLD
    rows, last = x[:whole].reshape(-1, 3 * FOLD), x[whole:]  # NumPy is slow along rows of three
    least, most = (
        reduce(np.concatenate([reduce(rows, 0, initial=start).reshape(-1, 3), last]), 0).tolist()
        for reduce, start in ((np.min, np.inf), (np.max, -np.inf))
    )
    return all(
        abs(far * precision - bound) <= 0.5 + ROUNDING * abs(bound)
        for far, bound in zip((*least, *most), bounds, strict=True)
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
