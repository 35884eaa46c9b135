"""What networks are asked to minimise."""
