"""From beads to a simulation in Python: the functions of `unbead`, as type checkers see them.

Run: ``python docs/example.py BEADS OUTPUT.pdb``.
"""

import sys
from pathlib import Path

import unbead


def main(beads: Path, output: Path) -> None:
    """Backmap one frame, and say how sure the network is."""
    atoms = unbead.backmap(beads, consistency="soft", seed=1)
    everything = atoms.select_atoms("all")
    everything.write(str(output))
    print(f"{len(everything)} atoms, expected error {everything.tempfactors.mean():.2f} Å")
    again = unbead.coarsen(atoms, "martini3").select_atoms("all")
    print(f"{len(again)} beads")
    print(unbead.check(output, beads=beads).level)


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except unbead.UnbeadError as error:
        sys.exit(str(error))
