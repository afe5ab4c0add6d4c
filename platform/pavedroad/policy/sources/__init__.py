"""Where resources to judge come from: a recorded program, an exported state, files of manifests, a preview's JSON.

Promise: each reader gives `pavedroad.governance.Resource` values and marks what cannot be read (secret, or not known
yet) instead of guessing; what it cannot make sense of is a `SourceError` with the place.
"""

from pavedroad.policy.sources.bundles import unbundled, unseen
from pavedroad.policy.sources.manifests import manifests
from pavedroad.policy.sources.pulumi_json import previewed, unlisted
from pavedroad.policy.sources.recorded import recorded
from pavedroad.policy.sources.rendered import rendered
from pavedroad.policy.sources.state import exported

__all__ = ["exported", "manifests", "previewed", "recorded", "rendered", "unbundled", "unlisted", "unseen"]
