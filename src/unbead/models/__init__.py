"""Networks from bead graphs to atoms, and their files."""
