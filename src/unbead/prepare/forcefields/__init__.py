"""Force fields and what they lack."""
