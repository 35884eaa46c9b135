"""Names, topologies and files for simulation programs."""
