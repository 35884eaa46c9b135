"""Who sees whom: neighbour rows and batches."""
