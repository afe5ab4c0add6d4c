"""Pavedroad: a team's descriptor in, a running environment out.

Pure packages (no Pulumi, no cloud SDK, no clock, no network): ``descriptor``, ``plan``, ``access``,
``governance``. Tool packages, which drive programs and policy packs as Pulumi finds them: ``testing``,
``preview``, ``policy``, ``engine``, ``sandbox``, ``cli``.
"""
