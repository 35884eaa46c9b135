"""Boxes, neighbours, chains and bonds of any particles."""
