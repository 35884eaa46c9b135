"""unbead.models"""
