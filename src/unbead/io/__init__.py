"""Files and MDAnalysis universes at the border."""
