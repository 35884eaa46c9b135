"""From atomistic files to files of beads."""
