"""From a command's options to its report: what several commands do on the way."""
