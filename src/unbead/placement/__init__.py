"""Atoms in the place of beads: by the network, by templates, and the solvent."""
