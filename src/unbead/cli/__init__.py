"""unbead.cli"""
