"""Mappings made from a molecule's bond graph or its frames."""
