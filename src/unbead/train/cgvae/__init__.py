"""Training of the `cgvae` family."""
