"""What holds data is not deleted by mistake, and who meant it is told how."""

import pytest

from pavedroad.engine.errors import RunFailedError
from pavedroad.engine.protection import explained
from pavedroad.engine.toolchain import Toolchain
from tests.support.engine import TrivialProject


@pytest.mark.sandbox
def test_what_is_protected_stays_and_the_refusal_says_what_to_write(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    engine = trivial.engine(toolchain)
    trivial.configure(things="one,kept-ledger")
    engine.up("local")
    trivial.configure(things="one")
    with pytest.raises(RunFailedError) as refused:
        engine.up("local")
    assert refused.value.reasons == (
        (
            "kept-ledger (test:things:Thing) would be deleted, and it is protected because it holds data; "
            "if that is meant and it is a store, write `discard: true` at it in its team's descriptor, bring that up, and "
            "come back with this change"
        ),
    )
    trivial.configure(things="one,kept-ledger")
    assert not engine.up("local").changed


def test_a_refused_replacement_is_explained_alike() -> None:
    said = (
        'unable to replace resource "urn:pulumi:prod.orders::pavedroad::pavedroad:stores:S3$aws:s3/bucket:Bucket::papers"\n'
        "as it is currently marked for protection. To unprotect the resource, remove the `protect` flag"
    )
    assert explained(said).startswith("papers (aws:s3/bucket:Bucket) would be replaced, and it is protected")


def test_another_error_is_left_as_it_is() -> None:
    assert explained("the sky is falling") == "the sky is falling"
