"""Site files: what they say, when a site may be swept, and which addresses that is."""
