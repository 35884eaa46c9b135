"""unbead.validate"""
