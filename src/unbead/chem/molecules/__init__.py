"""Molecules of the user's own, and what follows from their bonds."""
