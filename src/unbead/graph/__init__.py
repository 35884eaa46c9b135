"""unbead.graph"""
