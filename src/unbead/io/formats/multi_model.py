"""Files of several models: PDB, GRO and mmCIF as trajectories."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.formats.gro import read_gro
from unbead.io.formats.pdb import read_pdb
from unbead.io.formats.text import gro_frames, pdb_models, read_lines
from unbead.io.formats.writers import check_fit, pdb_frame_lines
from unbead.io.frame import AtomFrame, Plain, Snapshot
from unbead.io.read import structure_frames

TIME, STEP = re.compile(r"\bt=\s*(-?[\d.eE+-]+)"), re.compile(r"\bstep=\s*(-?\d+)")


class TextFile:
    """A PDB or GRO file of several models or frames, parsed one by one.

    Parameters
    ----------
    path : Path
        The file, which may be gzipped.
    kind : str
        ``PDB`` or ``GRO``.

    Raises
    ------
    UnbeadError
        If it has no frame.
    """

    def __init__(self, path: Path, kind: str):
        self._path, self._kind = path, kind
        first = next(self._models(), None)
        if first is None:
            raise UnbeadError(f"{path}: no atoms or beads in it; is it a structure?")
        self.n_particles = len(first[1](path))
        self.n_frames = 0
        try:
            for _ in self._models():
                self.n_frames += 1
        except UnbeadError:  # told again when that frame is read
            self.n_frames += 1

    def _models(self) -> Iterator[tuple[str, Callable[[Path], Particles]]]:
        """Title and reader of each frame."""
        lines = read_lines(self._path)
        if self._kind == "PDB":
            for model in pdb_models(lines):
                yield model.title, lambda path, model=model: read_pdb(model, path)
        else:
            for frame in gro_frames(lines, self._path):
                yield frame[0], lambda path, frame=frame: read_gro(frame, path)

    def read(self, wanted: range) -> Iterator[Snapshot]:
        """Read frames, first to last; see `FrameFile.read`.

        Parameters
        ----------
        wanted : range
            Frames, counted from zero.

        Yields
        ------
        Snapshot
            Each of them; times and steps are those of the titles (``t= 5.0 step= 50``), else the frame's number.
        """
        for k, (title, parse) in enumerate(self._models()):
            if k in wanted:
                particles = parse(Path(f"{self._path}: frame {k}"))
                time, step = TIME.search(title), STEP.search(title)
                yield Snapshot(
                    particles.as_in_file(),
                    particles.box,
                    float(time[1]) if time else float(k),
                    int(step[1]) if step else k,
                )
            if not wanted or k >= wanted[-1]:
                return


class WholeFile:
    """A file whose text stays in memory: mmCIF of several models, or a TPR file.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    UnbeadError
        If it is missing, empty or unreadable.
    """

    def __init__(self, path: Path):
        self._frames = structure_frames(path)
        self.n_particles, self.n_frames = len(self._frames[0]()), len(self._frames)

    def read(self, wanted: range) -> Iterator[Snapshot]:
        """Read frames, first to last; see `FrameFile.read`.

        Parameters
        ----------
        wanted : range
            Frames, counted from zero.

        Yields
        ------
        Snapshot
            Each of them; its number stands for time and step.
        """
        for k in wanted:
            particles = self._frames[k]()
            yield Snapshot(particles.as_in_file(), particles.box, float(k), k)


class PdbEncoding(Plain):
    """PDB, each frame a model.

    Parameters
    ----------
    atoms : Particles
        Names of the atoms.
    path : Path
        What to call the output in messages.
    """

    def __init__(self, atoms: Particles, path: Path):
        self._atoms, self._path = atoms, path

    def frame(self, frame: AtomFrame, number: int) -> bytes:
        """Return one frame; see `Encoding.frame`.

        Parameters
        ----------
        frame : AtomFrame
            Positions, box and times.
        number : int
            Its place in the file, from zero.

        Returns
        -------
        bytes
            What to append.
        """
        atoms = replace(self._atoms, positions=frame.positions, box=frame.box, b_factors=frame.errors)
        check_fit("PDB", atoms, self._path)
        return "".join(pdb_frame_lines(atoms, number + 1, frame.time, frame.step)).encode()

    def tail(self) -> bytes:
        """Return what follows the last frame; see `Encoding.tail`.

        Returns
        -------
        bytes
            The end of the file.
        """
        return b"END\n"

    def complete(self, path: Path) -> tuple[int, int]:
        """Count complete frames; see `Encoding.complete`.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        n_frames, end : int
            Complete frames, and the bytes up to the end of the last.
        """
        n_frames = at = end = 0
        with path.open("rb") as file:
            for line in file:
                at += len(line)
                if line == b"ENDMDL\n":
                    n_frames, end = n_frames + 1, at
        return n_frames, end
