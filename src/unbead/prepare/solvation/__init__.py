"""Water and ions around a system."""
