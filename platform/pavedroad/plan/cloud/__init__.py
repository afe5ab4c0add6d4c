"""An environment's place on AWS, resolved: addresses, names, sizes and versions, all known before anything is made.

What AWS itself decides, such as identifiers and end points, is no part of a plan; whatever is a name is.
"""
