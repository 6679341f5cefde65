"""How each maker's firmware writes its messages; which device says what stands in the personas."""
