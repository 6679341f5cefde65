"""The audit bundle: what sweeps of one site found, with its evidence, in one file that can be checked.

A bundle is an uncompressed tar archive (POSIX.1-1988 ustar) of exactly the members in ``manifest``. A tar
archive is read from its beginning to its end, and every byte of it belongs to one header, one member or
one padding: nothing can hide between members or in a second directory, as it can in a ZIP archive.
"""
