"""unbead.io"""
