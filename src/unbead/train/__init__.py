"""unbead.train"""
