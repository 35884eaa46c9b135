"""Which mapping beads belong to."""
