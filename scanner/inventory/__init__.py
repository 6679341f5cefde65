"""Sites remembered: sweeps, findings and devices over time, in a database."""
