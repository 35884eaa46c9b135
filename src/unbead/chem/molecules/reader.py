"""Molecules of the user's own: structure files and SMILES, read by RDKit."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import gemmi
import numpy as np

from unbead.chem.molecules.bond_orders import VALENCES, bond_orders
from unbead.errors import UnbeadError
from unbead.extras import require

SEED = 7  # of the conformer that RDKit makes of a SMILES
ENDINGS = (".sdf", ".mol", ".mol2", ".cif", ".pdb", ".ent")
CHARGES = (0, 1, -1, 2, -2)  # tried in turn for PDB files, which do not tell them


def read_molecule(source: str) -> tuple[Any, tuple[str, ...]]:
    """Read one molecule with hydrogens and coordinates.

    Parameters
    ----------
    source : str
        An SDF, MOL, mol2, PDB or mmCIF file (of a chemical component), or a SMILES.

    Returns
    -------
    molecule : rdkit.Chem.Mol
        The molecule with all hydrogens, bond orders, stereochemistry and one conformer: the file's, or, of a SMILES or
        a flat file, one made by ETKDG and MMFF94s.
    names : tuple of str
        Names of the atoms that the file gives; empty where it gives none. Atoms added have none.

    Raises
    ------
    UnbeadError
        If RDKit is not installed, the source cannot be read, holds more than one molecule, or does not tell the
        handedness of a centre or the side of a double bond.
    """
    chem = require("rdkit.Chem", "molecules")
    path = Path(source)
    ending = path.suffix.lower()
    if ending in ENDINGS and not path.is_file():
        raise UnbeadError(f"{source}: no such file; give an SDF, mol2, PDB or mmCIF file, or a SMILES")
    chem.rdBase.DisableLog("rdApp.*")
    try:
        found = _read(path, ending) if ending in ENDINGS else chem.MolFromSmiles(source)
    except (OSError, ValueError, RuntimeError, IndexError) as error:  # gemmi has no block where there is no data_
        raise UnbeadError(f"{source}: cannot be read ({str(error).strip().splitlines()[0]}); check the file") from None
    finally:
        chem.rdBase.EnableLog("rdApp.*")
    if found is None or not found.GetNumAtoms():
        known = ", ".join(ENDINGS[:-1])
        raise UnbeadError(f"{source}: neither a molecule that RDKit can read nor a SMILES; known files are {known}")
    if len(chem.GetMolFrags(found)) > 1:
        raise UnbeadError(f"{source}: several molecules that no bond joins; keep one, without counter-ions and water")
    if all(atom.GetAtomicNum() == 1 for atom in found.GetAtoms()):
        raise UnbeadError(f"{source}: has no atom but hydrogens; give the molecule with its heavy atoms")
    flat = not found.GetNumConformers() or not found.GetConformer().Is3D()
    if not flat:
        chem.AssignStereochemistryFrom3D(found)
    names = tuple(_name(atom) for atom in found.GetAtoms())
    names = names if all(names) and len(set(names)) == len(names) else ()
    _refuse_open_stereo(source, found)
    whole = chem.AddHs(found, addCoords=not flat)
    if flat:
        _embed(source, whole)
    return whole, names


def _read(path: Path, ending: str) -> Any:
    chem = require("rdkit.Chem", "molecules")
    if ending in (".sdf", ".mol"):
        several = list(chem.SDMolSupplier(str(path), removeHs=False))
        if len(several) > 1:
            raise UnbeadError(f"{path}: holds {len(several)} molecules; keep one")
        return several[0] if several else None
    if ending == ".mol2":
        found = chem.MolFromMol2File(str(path), removeHs=False)
        if found is not None and all(atom.GetAtomicNum() > 1 for atom in found.GetAtoms()):
            for atom in found.GetAtoms():  # files without hydrogens do not mean radicals
                atom.SetNoImplicit(False)
                atom.SetNumRadicalElectrons(0)
            found.UpdatePropertyCache()
        return found
    if ending == ".cif":
        return _component(path)
    return _with_bond_orders(path, chem.MolFromPDBFile(str(path), removeHs=False))


def _with_bond_orders(path: Path, found: Any) -> Any:
    """Bond orders of a PDB file from its hydrogens."""
    chem = require("rdkit.Chem", "molecules")
    if found is None or any(bond.GetBondTypeAsDouble() > 1 for bond in found.GetBonds()):
        return found
    for atom in found.GetAtoms():
        atom.SetNoImplicit(True)
    for trial in _trials(found):
        try:
            chem.SanitizeMol(trial)
        except ValueError:
            continue
        if not any(atom.GetNumRadicalElectrons() for atom in trial.GetAtoms()):
            return trial
    raise UnbeadError(f"{path}: bond orders cannot be told; add all hydrogens, or give an SDF or mol2 file")


def _trials(found: Any) -> Iterator[Any]:
    """Molecules with bond orders: of paired valences, or whatever RDKit finds for elements that these do not know."""
    chem = require("rdkit.Chem", "molecules")
    elements = [atom.GetSymbol() for atom in found.GetAtoms()]
    pairs = np.array([(b.GetBeginAtomIdx(), b.GetEndAtomIdx()) for b in found.GetBonds()], np.int64).reshape(-1, 2)
    if set(elements) <= set(VALENCES):
        told = bond_orders(elements, pairs)
        if told is not None:
            trial = chem.Mol(found)
            for bond, order in zip(trial.GetBonds(), told[0].tolist(), strict=True):
                bond.SetBondType((chem.BondType.SINGLE, chem.BondType.DOUBLE, chem.BondType.TRIPLE)[order - 1])
            for atom, charge in zip(trial.GetAtoms(), told[1].tolist(), strict=True):
                atom.SetFormalCharge(charge)
            yield trial
        return
    build = require("rdkit.Chem.rdDetermineBonds", "molecules")
    for charge in CHARGES:
        trial = chem.Mol(found)
        with suppress(ValueError):
            build.DetermineBondOrders(trial, charge=charge, embedChiral=False)
            yield trial


def _component(path: Path) -> Any:
    """A chemical component as the PDB describes it: its ideal coordinates where it has them."""
    chem = require("rdkit.Chem", "molecules")
    block = gemmi.cif.read(str(path)).sole_block()
    component = gemmi.make_chemcomp_from_block(block)
    editable = chem.RWMol()
    place = {}
    bare = not any(atom.el.name == "H" for atom in component.atoms)
    for atom in component.atoms:
        made = chem.Atom(atom.el.name.capitalize())
        made.SetFormalCharge(round(atom.charge))
        made.SetNoImplicit(not bare)
        made.SetProp("_Name", atom.id)
        place[atom.id] = editable.AddAtom(made)
    kinds = {"double": "DOUBLE", "triple": "TRIPLE", "aromatic": "AROMATIC", "deloc": "AROMATIC"}
    for bond in component.rt.bonds:
        kind = getattr(chem.BondType, kinds.get(bond.type.name.lower(), "SINGLE"))
        editable.AddBond(place[bond.id1.atom], place[bond.id2.atom], kind)
        if kind == chem.BondType.AROMATIC:
            for end in (bond.id1.atom, bond.id2.atom):
                editable.GetAtomWithIdx(place[end]).SetIsAromatic(True)
    conformer = chem.Conformer(len(place))
    xyz = np.array([atom.xyz.tolist() for atom in component.atoms])
    if np.isfinite(xyz).all() and np.ptp(xyz, 0).max() > 0:
        conformer.SetPositions(xyz)
        conformer.Set3D(True)
        editable.AddConformer(conformer)
    made = editable.GetMol()
    chem.SanitizeMol(made)
    return made


def _name(atom: Any) -> str:
    """Name of an atom in its file, "" where it has none."""
    info = atom.GetPDBResidueInfo()
    if info is not None:
        return info.GetName().strip()
    return next(
        (atom.GetProp(key).strip() for key in ("_TriposAtomName", "_Name", "atomLabel") if atom.HasProp(key)), ""
    )


def stereocentres(molecule: Any) -> list[Any]:
    """List the tetrahedral centres whose handedness matters.

    Parameters
    ----------
    molecule : rdkit.Chem.Mol
        A molecule.

    Returns
    -------
    list of rdkit.Chem.StereoInfo
        What RDKit finds, without phosphates and their like: two equal oxygens there differ only in where a charge is
        drawn.
    """
    chem = require("rdkit.Chem", "molecules")
    centres = []
    for found in chem.FindPotentialStereo(molecule):
        if found.type == chem.StereoType.Atom_Tetrahedral:
            around = molecule.GetAtomWithIdx(found.centeredOn).GetNeighbors()
            ends = [
                atom.GetSymbol() for atom in around if len(heavy_neighbours(atom)) == 1 and atom.GetSymbol() in "OS"
            ]
            if len(set(ends)) == len(ends):
                centres.append(found)
    return centres


def heavy_neighbours(atom: Any) -> list[Any]:
    """List the atoms but hydrogens that an atom is bonded to.

    Parameters
    ----------
    atom : rdkit.Chem.Atom
        An atom.

    Returns
    -------
    list of rdkit.Chem.Atom
        Its neighbours.
    """
    return [other for other in atom.GetNeighbors() if other.GetSymbol() != "H"]


def _refuse_open_stereo(source: str, molecule: Any) -> None:
    chem = require("rdkit.Chem", "molecules")
    remedy = "write it into the SMILES, or give a file in 3D"
    for found in stereocentres(molecule):
        if found.specified != chem.StereoSpecified.Specified:
            where = _label(molecule.GetAtomWithIdx(found.centeredOn))
            raise UnbeadError(f"{source}: the handedness of {where} is not told; {remedy}")
    for found in chem.FindPotentialStereo(molecule):
        if found.type == chem.StereoType.Bond_Double and found.specified != chem.StereoSpecified.Specified:
            bond = molecule.GetBondWithIdx(found.centeredOn)
            ends = (bond.GetBeginAtom(), bond.GetEndAtom())
            if all(end.GetHybridization() == chem.HybridizationType.SP2 for end in ends):
                where = "=".join(_label(end) for end in ends)
                raise UnbeadError(f"{source}: the side of the double bond {where} is not told; {remedy}")


def _label(atom: Any) -> str:
    return _name(atom) or f"{atom.GetSymbol()} (atom {atom.GetIdx() + 1})"


def _embed(source: str, molecule: Any) -> None:
    """Make a conformer: ETKDG (version 3), then MMFF94s, or UFF where that lacks parameters."""
    build = require("rdkit.Chem.AllChem", "molecules")
    settings = build.ETKDGv3()
    settings.randomSeed = SEED
    if build.EmbedMolecule(molecule, settings) < 0:
        settings.useRandomCoords = True  # long chains need it
        if build.EmbedMolecule(molecule, settings) < 0:
            raise UnbeadError(f"{source}: RDKit finds no conformer; give a file in 3D")
    if build.MMFFHasAllMoleculeParams(molecule):
        build.MMFFOptimizeMolecule(molecule, mmffVariant="MMFF94s", maxIters=2000)
    else:
        build.UFFOptimizeMolecule(molecule, maxIters=2000)
