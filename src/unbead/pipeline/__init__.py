"""The main job: structures in, structures out."""
