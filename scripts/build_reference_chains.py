"""Write ``src/unbead/mapping/data/_reference.npz``: chains of crystals on which distances between beads are measured.

Run: ``python scripts/build_reference_chains.py PROTEINS.npz NUCLEIC.npz`` with the packed training sets. Proteins:
whole chains of 60 to 250 residues at 1.5 Å or better. Nucleic acids: chains of 8 to 80 nucleotides at 2.0 Å or better.
PDB coordinates are CC0.
"""

import sys
from pathlib import Path

import numpy as np

from unbead.chem.amino import AMINO_ACIDS, amino_template
from unbead.train.data.packed import load_packed

OUTPUT = Path(__file__).parents[1] / "src/unbead/mapping/data/_reference.npz"
RESOLUTION = 1.5
LENGTHS = (60, 250)
AMINO = 2500  # residues, about
NUCLEOTIDES = {"DNA": 350, "RNA": 450}
NAMES = ("A", "C", "G", "U", "DA", "DC", "DG", "DT")
BACKBONE = "P OP1 OP2 O5' C5' C4' O4' C3' O3' C2' O2' C1'".split()
BASE = {
    "A": "N9 C8 N7 C5 C6 N6 N1 C2 N3 C4",
    "G": "N9 C8 N7 C5 C6 O6 N1 C2 N2 N3 C4",
    "C": "N1 C2 O2 N3 C4 N4 C5 C6",
    "U": "N1 C2 O2 N3 C4 O4 C5 C6",
    "T": "N1 C2 O2 N3 C4 O4 C5 C7 C6",
}


def proteins(path):
    """Rows of atoms: residue name, whether a chain goes on, atom names and positions."""
    with np.load(path) as file:
        resolution = dict(zip(file["id"].tolist(), file["resolution"].tolist(), strict=True))
    total = 0
    for chain in load_packed(path):
        fine = resolution[chain.name] <= RESOLUTION and LENGTHS[0] <= len(chain) <= LENGTHS[1]
        if not fine or not chain.bonded_to_previous[1:].all() or total > AMINO:
            continue
        total += len(chain)
        for k, kind in enumerate(chain.kind.tolist()):
            known = amino_template(kind)
            yield AMINO_ACIDS[kind], k > 0, known.atoms[: known.n_heavy], chain.positions[k, : known.n_heavy]


def nucleic(path):
    """The same of nucleic acids."""
    with np.load(path) as file:
        packed = {name: file[name] for name in file.files}
    offset = packed["offset"].astype(int)
    there = ((packed["mask"][:, None] >> np.arange(23)) & 1).astype(bool)
    centre = np.cumsum(packed["dref"], 0, dtype=np.int64)
    vectors = np.ascontiguousarray(packed["atoms"].transpose(2, 0, 1)).view(np.int16)[..., 0]
    x = np.full((len(centre), 23, 3), np.nan)
    others = there.copy()
    others[:, 11] = False
    row, slot = np.nonzero(others)
    x[row, slot] = (centre[row] + vectors) * 1e-3
    x[:, 11] = centre * 1e-3
    for label, kind in (("DNA", 1), ("RNA", 0)):
        total = 0
        for i in range(len(offset) - 1):
            part = slice(offset[i], offset[i + 1])
            fine = packed["kind"][i] == kind and packed["resolution"][i] <= 2.0
            n = offset[i + 1] - offset[i]
            if not fine or not 8 <= n <= 80 or packed["modified"][part].any() or total > NUCLEOTIDES[label]:
                continue
            total += n
            for k in range(offset[i], offset[i + 1]):
                name = NAMES[packed["restype"][k]]
                atoms = [*BACKBONE, *BASE[name[-1]].split()]
                slots = [s for s in range(len(atoms)) if there[k, s]]
                yield name, not packed["break_before"][k], [atoms[s] for s in slots], x[k, slots]


def main():
    """Write the file."""
    rows = [*proteins(Path(sys.argv[1])), *nucleic(Path(sys.argv[2]))]
    size = np.array([len(atoms) for _, _, atoms, _ in rows])
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    x = np.round(np.concatenate([places for *_, places in rows]) * 1000).astype(np.int64)
    centre = x[first]
    np.savez_compressed(
        OUTPUT,
        residues=np.array([name for name, *_ in rows]),
        bonded=np.array([bonded for _, bonded, *_ in rows]),
        size=size.astype(np.uint8),
        names=np.array([atom for _, _, atoms, _ in rows for atom in atoms]),
        step=np.diff(centre, axis=0, prepend=np.zeros((1, 3), np.int64)).astype(np.int32),
        offset=(x - np.repeat(centre, size, 0)).astype(np.int16),
    )
    print(len(rows), "residues,", len(x), "atoms,", OUTPUT.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
