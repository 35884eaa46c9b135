"""unbead.mapping"""
