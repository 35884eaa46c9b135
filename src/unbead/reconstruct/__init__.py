"""unbead.reconstruct"""
