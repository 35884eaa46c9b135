"""The backbone optimisation of HEroBM."""
