"""What the commands about decisions, owners and the timeline do, once they are called."""
