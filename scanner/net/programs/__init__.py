"""Programs that run on their own, each beside a library whose licence or rights the rest must not share."""
