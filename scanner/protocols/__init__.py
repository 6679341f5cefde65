"""One file per wire format: build the question, read the answer. Bytes in, facts out, no I/O."""
