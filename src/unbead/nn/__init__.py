"""Equivariant layers on scalars and vectors."""
