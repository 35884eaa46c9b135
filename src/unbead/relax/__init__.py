"""Geometry without a force field: bounds on distances and volumes, contacts, repairs."""
