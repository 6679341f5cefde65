"""Tests of camcensus; a package, so that the virtual LAN is ``tests.lab`` wherever it is run from."""
