"""unbead.nn"""
