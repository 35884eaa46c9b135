"""Training: data, examples, losses and the loop."""
