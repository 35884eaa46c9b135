"""Build the cases from the field, and compare each with the right value of its ``expected.md``.

``python benchmarks/cases.py DIR [--only NAME ...]``, where DIR has a folder for each case. Prints what came out of
each, and whether it is as it should be; distances to the truth are root mean squares over heavy atoms in Å without
superposition, equal atoms (CD1 and CD2 …) compared as they fit better, backbone / side chains / all.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from unbead.chem.templates import template
from unbead.errors import UnbeadError
from unbead.io.read import read_structure
from unbead.pipeline.structure import backmap_structure
from unbead.pipeline.user_molecules import UserMolecules

BACKBONE = ("N", "CA", "C", "O")
HYP = "O=C[C@@H]1C[C@@H](O)CN1"


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes
    ----------
    path : str
        File below the directory.
    mapping : str
        Mapping that must be recognised.
    incomplete : bool
        Whether residues are named that lack something (exit code 3).
    truth : str
        File with the right atoms, or "".
    limits : tuple of float
        Largest distances to it in Å: backbone, side chains, all.
    given : dict
        What else is given, as files and SMILES.
    also : callable
        Takes the result and tells whether it is right beyond that.
    """

    path: str
    mapping: str = "martini3"
    incomplete: bool = False
    truth: str = ""
    limits: tuple[float, ...] = ()
    given: dict = field(default_factory=dict)
    also: Callable = lambda result: True


def chains(count):
    """Whether so many chains came out."""
    return lambda result: int((~result.atoms.residues.bonded_to_previous).sum()) == count


def said(*words):
    """Whether a line of what was taken has these words."""
    return lambda result: all(word in " ".join(result.summary["taken"]) for word in words)


def residues(*names):
    """Whether residues of these names came out."""
    return lambda result: set(names) <= set(result.atoms.residues.names.tolist())


def bond(number, length):
    """Whether the peptide bonds of a residue have a length."""

    def check(result):
        a = result.atoms
        at = {(int(a.residues.numbers[r]), n): x for r, n, x in zip(a.residue_index, a.names, a.positions, strict=True)}
        pairs = ((number - 1, number), (number, number + 1))
        return all(abs(np.linalg.norm(at[i, "C"] - at[j, "N"]) - length) < 0.03 for i, j in pairs)

    return check


CASES = (
    Case("awsem/2xov_movie_frame0.pdb", "mainchain", incomplete=True),
    Case("calvados-com/tia1_com_named_CA.pdb", "residue-com", truth="truth_tia1_heavy.pdb", limits=(0.48, 1.08, 0.82)),
    Case("chains-numbered-on/two4.7.gro", also=chains(2)),
    Case("chains-numbered-on/two5.3.gro", also=chains(2)),
    Case("coby-lipids/sapi_dpsm_popi.gro", also=residues("SAPI", "PSM", "POPI", "CHL1"), incomplete=True),
    Case("elnedyn/bpti_elnedyn22.pdb", "elnedyn", truth="truth_bpti_heavy.pdb", limits=(0.26, 0.36, 0.32)),
    Case("elnedyn/trpcage_elnedyn22.pdb", "elnedyn", truth="truth_trpcage_heavy.pdb", limits=(0.18, 0.45, 0.34)),
    Case("go-sites-at-end/ubq_martini3001_go.pdb", truth="truth_1ubq.pdb", limits=(0.09, 0.65, 0.46)),
    Case("go-sites-at-end/ubq_martini3001_go.gro", also=chains(1)),
    Case("go-sites-at-end/go3.pdb", also=chains(1)),
    Case("kabat-gro/icode.pdb"),
    Case("kabat-gro/kabat.gro", also=said("GLN 40 as 40A")),
    Case("lipid-bead-spelling/pops.gro", also=residues("POPS")),
    Case("lipidated-cys-from-martinize2/cysp.pdb", truth="source_cysp.pdb", limits=(0.32, 0.37, 0.34)),
    Case("lipidated-cys-from-martinize2/cysf.pdb", also=residues("CYSF")),
    Case("martini3-lipidome/DLPC.gro", also=residues("DUPC")),
    Case("martini3-lipidome/DUPC.gro", also=residues("DLPC")),
    Case("multi-frame/models.pdb", also=lambda result: result.summary["left_frames"] == 2),
    Case("multi-frame/multi.gro", also=lambda result: result.summary["left_frames"] == 2),
    Case("one-bead-nucleic-names/moff_mrg_nucleosome.pdb", "ca+residue-com", also=said("(DN)", "centre of mass")),
    Case("one-bead-nucleic-names/mpipi_protein_rna.pdb", "ca+residue-com", also=said("(RN)"), incomplete=True),
    Case("one-letter-residues/calv.pdb", "ca", also=said("one letter")),
    Case("own-amino-acid-in-chain/hyp_cg.pdb", given={"HYP": (HYP, "hyp.yaml")}, also=bond(19, 1.33)),
)


def deviation(atoms, truth):
    """Backbone, side chains and all atoms against the right ones: residues in order, atoms by name."""
    there = [k for k, name in enumerate(truth.residues.names.tolist()) if (t := template(name)) and t.kind == "amino"]
    assert len(there) == len(atoms.residues), "not the same residues"
    parts = {True: [], False: []}
    for row, other in enumerate(there):
        mine, theirs = (
            {str(n): x for n, x in zip(p.names[p.residue_index == k], p.positions[p.residue_index == k], strict=True)}
            for p, k in ((atoms, row), (truth, other))
        )
        known = template(str(atoms.residues.names[row]))
        assert known is not None, "built residues have templates"
        ways = [{}]
        for swap in known.symmetric:
            pairs = {known.atoms[a]: known.atoms[b] for a, b in swap}
            ways.append(pairs | {b: a for a, b in pairs.items()})
        found = [
            {
                name: ((x - theirs[way.get(name, name)]) ** 2).sum()
                for name, x in mine.items()
                if way.get(name, name) in theirs and name != "OXT"
            }
            for way in ways
        ]
        for name, squared in min(found, key=lambda each: sum(each.values())).items():
            parts[name in BACKBONE].append(squared)
    return tuple(float(np.sqrt(np.mean(part))) for part in (parts[True], parts[False], parts[True] + parts[False]))


def run(case, folder):
    """What happened, and whether it is right."""
    path = folder / case.path
    given = UserMolecules(
        {name: smiles for name, (smiles, _) in case.given.items()},
        [path.parent / file for _, file in case.given.values()],
    )
    try:
        result = backmap_structure(path, given=given)
    except UnbeadError as error:
        return f"refused: {str(error)[:80]}", False
    summary = result.summary
    right = summary["mapping"] == case.mapping and bool(summary["problems"]) == case.incomplete and case.also(result)
    told = f"{summary['mapping']}, exit {3 if summary['problems'] else 0}"
    if case.truth:
        off = deviation(result.atoms, read_structure(path.parent / case.truth))
        told += ", " + " / ".join(f"{value:.2f}" for value in off)
        right &= all(value < limit + 0.005 for value, limit in zip(off, case.limits, strict=True))
    return told, right


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    choice = parser.parse_args()
    print("| case | what happened | right | s |\n|---|---|---|---|")
    wrong = 0
    for case in CASES:
        if choice.only and not any(name in case.path for name in choice.only):
            continue
        started = time.perf_counter()
        told, right = run(case, choice.folder)
        wrong += not right
        seconds = time.perf_counter() - started
        print(f"| {case.path} | {told} | {'yes' if right else 'NO'} | {seconds:.0f} |", flush=True)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
