"""Names and shapes of the fields of a batch; every tensor that models read is named here, once.

A batch is a plain ``dict[str, Tensor]``. Beads of several systems stand one after the other; neighbour rows
never cross systems. Lengths are in Å.
"""

BEAD_POSITIONS = "bead_positions"  # (n_beads, 3) float
BEAD_TYPE = "bead_type"  # (n_beads,) int64, index into the component types of this batch
BEAD_RESIDUE = "bead_residue"  # (n_beads,) int64, running residue number with jumps at chain breaks
NOISE = "noise"  # (n_beads,) float, perturbation level in Å; negative where it is not known

COMPONENT_TYPE = "component_type"  # (n_components,) int64, bead type that the component belongs to
COMPONENT_ATOM = "component_atom"  # (n_components,) int64, vocabulary id of the atom
COMPONENT_WEIGHT = "component_weight"  # (n_components,) float, share of the atom in the bead's centre
COMPONENT_OWNED = "component_owned"  # (n_components,) float, 1 where the bead places the atom

NEIGHBOURS = "neighbours"  # (n_beads, k) int64, padded with the bead's own index
EDGE_MASK = "edge_mask"  # (n_beads, k) float, 1 for real neighbours
EDGE_SHIFT = "edge_shift"  # (n_beads, k, 3) float, lattice vector to add to the neighbour
REACH = "reach"  # (n_beads,) float, distance at which the bead's view ends

ATOM_ID = "atom_id"  # (n_atoms,) int64, vocabulary id
ATOM_BEAD = "atom_bead"  # (n_atoms,) int64, bead that places the atom
ATOM_POSITIONS = "atom_positions"  # (n_atoms, 3) float, the truth in training

# Of families that place atoms by internal coordinates, with one bead at each Cα.
REFERENCES = "references"  # (n_atoms, 3) int64, atoms at the end of bond, angle and torsion; itself where there is none
DEPTH = "depth"  # (n_atoms,) int64, how many atoms are placed before it; 0 for Cα
CHAIN_END = "chain_end"  # (n_atoms,) int64, 1 for N at the start of a chain, 2 for C at its end, else 0
AXES = "axes"  # (n_beads, 2) int64, beads that tell the directions at a bead; itself where there is none

# Of amino acids, for the distributions of their side chains.
RESIDUE_KIND = "residue_kind"  # (n_residues,) int64, residue type of `unbead.chem.amino`
RESIDUE_BEAD = "residue_bead"  # (n_residues,) int64, bead that places CA
RESIDUE_ATOMS = "residue_atoms"  # (n_residues, 14) int64, atoms by slot; CA where there is none
RESIDUE_NEIGHBOURS = "residue_neighbours"  # (n_residues, k) int64, padded with the residue's own index
RESIDUE_MASK = "residue_mask"  # (n_residues, k) float, 1 for real neighbours
RESIDUE_SHIFT = "residue_shift"  # (n_residues, k, 3) float, lattice vector to add to the neighbour
RESIDUE_REACH = "residue_reach"  # (n_residues,) float, distance at which the residue's view ends
