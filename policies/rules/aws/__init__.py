"""Rules about AWS resources, as the Pulumi provider `aws` declares them.

Their types and properties are those of pulumi-aws 7.51, spelled as on the wire; a package or module of this folder is
one area, and lists its own rules.
"""
