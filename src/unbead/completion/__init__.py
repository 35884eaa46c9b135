"""Atoms that a structure lacks, built from those that it has."""
