"""From heavy atoms to something that simulates: disulfides, termini, protonation, hydrogens, minimisation, names."""
