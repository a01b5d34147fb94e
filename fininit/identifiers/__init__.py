"""Text to identifiers that can link: canonical or nothing. Only equal canonical forms are ever the same thing."""
