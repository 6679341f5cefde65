"""From a rule to a removal that can be proven: decisions, whose device it is, findings and the timeline."""
