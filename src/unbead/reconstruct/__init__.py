"""From the network's atoms to those that fit the beads."""
