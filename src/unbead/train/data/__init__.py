"""Training sets: from files to examples."""
