"""The mmCIF format, through gemmi: atom sites in the order of the file (gemmi's structures sort by chain)."""

from pathlib import Path

import gemmi
import numpy as np
from numpy.typing import NDArray

from unbead.chem.particles import Particles
from unbead.errors import UnbeadError
from unbead.io.columns import from_columns
from unbead.io.formats.bond_records import cif_bonds
from unbead.io.numbering import changes

CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")


class AtomSites:
    """The atom sites of an mmCIF file.

    Parameters
    ----------
    text : str
        The file.
    path : Path
        What to call it in messages.

    Raises
    ------
    UnbeadError
        If it is not an mmCIF file.
    """

    def __init__(self, text: str, path: Path):
        self._path = path
        try:
            document = gemmi.cif.read_string(text)
        except Exception as error:  # gemmi raises whatever its parser meets
            reason = " ".join(str(error).split())[:120]
            raise UnbeadError(f"{path}: not a readable mmCIF file ({reason}); check that it is complete") from None
        blocks = [block for block in document if len(block.find_values("_atom_site.Cartn_x"))]
        if not blocks:
            raise UnbeadError(f"{path}: no atoms or beads in it (no _atom_site.Cartn_x); is it a structure?")
        self._block: gemmi.cif.Block = blocks[0]
        self._n = len(self._block.find_values("_atom_site.Cartn_x"))
        self._model = self._labels("pdbx_PDB_model_num")
        self._models = list(dict.fromkeys(self._model.tolist()))

    def __len__(self) -> int:
        return len(self._models)

    def read(self, frame: int) -> Particles:
        """Return one model.

        Parameters
        ----------
        frame : int
            Which of them.

        Returns
        -------
        Particles
            Atoms or beads in Å, with the author's chains and numbers; one of alternate locations.

        Raises
        ------
        UnbeadError
            If coordinates or residue numbers are no numbers.
        """
        rows = self._model == self._models[frame]
        chains = self._labels("auth_asym_id", "label_asym_id")[rows]
        elements = np.char.capitalize(self._labels("type_symbol")[rows])
        numbers = self._numbers("auth_seq_id", "label_seq_id")[rows]
        b_factors = self._numbers("B_iso_or_equiv")[rows]
        return from_columns(
            self._labels("label_atom_id", "auth_atom_id")[rows],
            np.stack([self._numbers(f"Cartn_{axis}")[rows] for axis in "xyz"], 1).astype(np.float32),
            self._labels("label_comp_id", "auth_comp_id")[rows],
            np.where(np.isfinite(numbers), numbers, 0).astype(np.int64),
            codes=self._labels("pdbx_PDB_ins_code")[rows],
            chains=chains,
            after_end=changes(self._labels("label_asym_id")[rows]) & ~changes(chains),
            locations=self._labels("label_alt_id")[rows],
            occupancies=self._numbers("occupancy")[rows],
            elements=np.where(elements == "X", "", elements),
            b_factors=np.where(np.isfinite(b_factors), b_factors, 0).astype(np.float32),
            box=self._box(),
            bonds=self._bonds(rows, chains),
            source=str(self._path),
        )

    def _labels(self, *tags: str) -> NDArray[np.str_]:
        """Labels of the first of these columns that is there, "" where the file has none."""
        for tag in tags:
            column = self._block.find_values(f"_atom_site.{tag}")
            if len(column) == self._n:
                unique, inverse = np.unique(np.array(list(column), dtype=str), return_inverse=True)
                return np.array([gemmi.cif.as_string(label) for label in unique.tolist()], dtype=str)[inverse]
        return np.full(self._n, "")

    def _numbers(self, *tags: str) -> NDArray[np.float64]:
        """Numbers of the first of these columns that is there; NaN where the file has none."""
        for tag in tags:
            column = list(self._block.find_values(f"_atom_site.{tag}"))
            if len(column) != self._n:
                continue
            try:
                return np.array(column, dtype=str).astype(float)
            except ValueError:
                return np.array([gemmi.cif.as_number(value) for value in column])  # "?", or an uncertainty behind
        return np.full(self._n, np.nan)

    def _bonds(self, rows: NDArray[np.bool_], chains: NDArray[np.str_]) -> NDArray[np.int64]:
        """Covalent bonds of one model."""
        numbers = np.char.add(
            self._labels("auth_seq_id", "label_seq_id")[rows], self._labels("pdbx_PDB_ins_code")[rows]
        )
        names = self._labels("label_atom_id", "auth_atom_id")[rows]
        return cif_bonds(self._block, list(zip(chains.tolist(), numbers.tolist(), names.tolist(), strict=True)))

    def _box(self) -> NDArray[np.float64] | None:
        values = [self._block.find_value(f"_cell.{name}") for name in CELL]
        box = np.array([gemmi.cif.as_number(value) if value else np.nan for value in values])
        placeholder = np.allclose(box[:3], 1)
        return None if placeholder else box  # one that cannot be is dropped with those of the other formats
