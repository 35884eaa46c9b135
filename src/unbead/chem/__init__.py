"""unbead.chem"""
