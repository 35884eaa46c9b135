"""unbead.pipeline"""
