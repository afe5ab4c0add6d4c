"""An assertion that never ran is a failure, whether it waited in a run, after one, or in a whole test."""

import pulumi
import pytest

from pavedroad.testing import Recorder

pytest_plugins = ["pytester"]


def user() -> pulumi.CustomResource:
    return pulumi.CustomResource("example:iam:User", "ann", {"mail": "ann@example.com"})


def must_be_bob(value: object) -> None:
    assert value == "bob", "not bob"


def test_a_check_inside_a_run_sees_the_value() -> None:
    seen: list[str] = []
    recorder = Recorder()
    recorder.run(lambda: recorder.check(user().id, seen.append))
    assert seen == ["ann-id"]


def test_a_failing_check_inside_a_run_fails_as_an_assertion() -> None:
    recorder = Recorder()
    with pytest.raises(AssertionError, match="not bob"):
        recorder.run(lambda: recorder.check(user().id, must_be_bob))


def test_a_failing_check_after_a_run_fails_at_once() -> None:
    recorder = Recorder()
    made = recorder.run(user).result
    with pytest.raises(AssertionError, match="not bob"):
        recorder.check(made.id, must_be_bob)


def test_a_check_on_a_value_that_stays_unknown_fails_the_run() -> None:
    recorder = Recorder(preview=True)
    with pytest.raises(AssertionError, match=r"never ran.*test_checks\.py:\d+"):
        recorder.run(lambda: recorder.check(user().id, must_be_bob))


def test_a_check_after_a_run_on_a_value_that_stayed_unknown_fails_at_the_end() -> None:
    recorder = Recorder(preview=True)
    recorder.check(recorder.run(user).result.id, must_be_bob)
    with pytest.raises(AssertionError, match="never ran"):
        recorder.finish()


def test_the_fixture_fails_a_test_whose_check_never_ran(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["pavedroad.testing.plugin"]')
    pytester.makepyfile(
        """
        import pulumi

        def test_passes_without_asserting(recorder):
            recorder.preview = True
            made = recorder.run(lambda: pulumi.CustomResource("example:iam:User", "ann", {})).result
            recorder.check(made.id, lambda _: None)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*never ran*test_the_fixture*py:6"])


def test_loading_the_plugin_imports_no_provider(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        pytest_plugins = ["pavedroad.testing.plugin"]

        def test_light(recorder):
            assert "pulumi_kubernetes" not in sys.modules
        """
    )
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)
