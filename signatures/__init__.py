"""Everything the scanner judges by, as data. Read it with importlib.resources.files("signatures")."""
