"""Descriptor and environment, resolved: nothing left to choose, and the same input gives the same bytes.

Everything here is a frozen dataclass or a pure function over them. Choices are made through
:class:`~pavedroad.plan.provenance.Scope`, numbers stand in tables, names come from
:mod:`~pavedroad.plan.naming`. Plans hold physical names only: a renamed service keeps the names under which
it was first made, so a rename can lose nothing.
"""
