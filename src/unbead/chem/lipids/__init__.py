"""Lipids: shorthand, atoms by rule, conformers and templates."""
