"""camcensus: whose firmware runs on the cameras of this network segment?"""

__version__ = "0.1.0"
# Whoever reads a device's log shall see what asked.
USER_AGENT = f"camcensus/{__version__}"
