"""What a verdict means to the people who run the network: listed advisories, and what policies ask for.

Like matching, this room opens no socket and reads no clock: a result is a function of verdict, place, day
and data. ``rulebook.Rulebook`` is its door for policies, ``assessment.assess`` that for advisories.
"""
