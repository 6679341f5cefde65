"""What a verdict means to the people who run the network: listed advisories, compared and nothing more.

Like matching, this room opens no socket and reads no clock: a result is a function of verdict and data.
"""
