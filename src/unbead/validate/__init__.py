"""How good a structure is, alone and beside its reference."""
