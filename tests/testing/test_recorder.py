"""What the recorder promises: complete, clean, dependable about what comes late. Cost is measured elsewhere."""

import asyncio
import gc
import os
from typing import Any

import pulumi
import pytest
from pulumi.runtime.settings import SETTINGS, get_root_resource

from pavedroad.testing import UNKNOWN, Recorder, RecordingError, Secret

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def declare(name: str, props: dict[str, Any] | None = None, **options: Any) -> pulumi.CustomResource:
    return pulumi.CustomResource(CONFIG_MAP, name, props or {}, pulumi.ResourceOptions(**options))


class Shop(pulumi.ComponentResource):
    """A component with a child and an output."""

    url: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare it."""
        super().__init__("example:shop:Shop", name, {"team": "orders"}, opts)
        declare(f"{name}-settings", {"data": {"a": "b"}}, parent=self)
        self.url = pulumi.Output.from_input(f"https://{name}.example.com")
        self.register_outputs({"url": self.url})


def test_a_resource_declared_deep_inside_applies_is_recorded() -> None:
    def program() -> None:
        def after_first(_: str) -> None:
            declare("second").id.apply(after_second)

        def after_second(_: str) -> None:
            declare("third")

        declare("first").id.apply(after_first)

    assert [resource.name for resource in Recorder().run(program).resources] == ["first", "second", "third"]


def test_an_async_program_is_awaited() -> None:
    async def program() -> None:
        await asyncio.sleep(0.01)
        declare("late")

    assert [resource.name for resource in Recorder().run(program).resources] == ["late"]


def test_what_a_program_hands_to_a_thread_is_waited_for() -> None:
    async def program() -> None:
        declare(await asyncio.to_thread(lambda: "from-a-thread"))

    assert Recorder().run(program).resources[0].name == "from-a-thread"


def test_component_inputs_outputs_and_children_are_visible() -> None:
    recording = Recorder().run(lambda: Shop("front"))

    shop = recording.the("example:shop:Shop")
    assert (shop.inputs, shop.outputs, shop.custom) == (
        {"team": "orders"},
        {"url": "https://front.example.com"},
        False,
    )
    child = recording.children_of(shop)[0]
    assert child.urn == f"urn:pulumi:test::project::example:shop:Shop${CONFIG_MAP}::front-settings"


def test_secrets_are_marked_at_any_depth() -> None:
    recording = Recorder().run(
        lambda: declare("holder", {"data": {"a": [{"b": pulumi.Output.secret("hush")}]}})
    )

    assert recording.resources[0].inputs == {"data": {"a": [{"b": Secret("hush")}]}}
    assert "hush" not in repr(recording), "a failed assertion prints recordings"


def test_a_preview_marks_what_only_an_update_will_know() -> None:
    def program() -> None:
        declare("user", {"data": {"owner": declare("owner").id}})

    assert Recorder(preview=True).run(program).the(CONFIG_MAP, "user").inputs == {"data": {"owner": UNKNOWN}}
    assert Recorder().run(program).the(CONFIG_MAP, "user").inputs == {"data": {"owner": "owner-id"}}


def test_dependencies_are_recorded_whether_declared_or_found_in_inputs() -> None:
    def program() -> None:
        base = declare("base")
        declare("found", {"data": base.id})
        declare("declared", depends_on=[base])

    recording = Recorder().run(program)
    base = recording.the(CONFIG_MAP, "base").urn
    assert recording.the(CONFIG_MAP, "found").property_dependencies == {"data": (base,)}
    assert recording.the(CONFIG_MAP, "found").depends_on == (base,)
    assert recording.the(CONFIG_MAP, "declared").depends_on == (base,)


def test_options_provider_and_integers_are_recorded() -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("kubernetes", "cluster", {"kubeconfig": "x"})
        declare(
            "guarded",
            {"n": 2, "f": 1.5},
            provider=provider,
            protect=True,
            ignore_changes=["data"],
            delete_before_replace=True,
            retain_on_delete=True,
            replace_on_changes=["kind"],
            custom_timeouts=pulumi.CustomTimeouts(create="5m"),
        )

    recording = Recorder().run(program)
    guarded = recording.the(CONFIG_MAP)
    assert guarded.provider == recording.the("pulumi:providers:kubernetes").urn
    assert guarded.inputs == {"n": 2, "f": 1.5}
    assert isinstance(guarded.inputs["n"], int), "a manifest's replicas are no fractions"
    options = guarded.options
    assert (options.protect, options.ignore_changes, options.delete_before_replace) == (True, ("data",), True)
    assert (options.retain_on_delete, options.replace_on_changes) == (True, ("kind",))
    assert options.custom_timeouts == {"create": "5m"}


def test_a_renamed_component_gives_its_children_their_former_names() -> None:
    opts = pulumi.ResourceOptions(aliases=[pulumi.Alias(name="shop"), pulumi.Alias(type_="example:old:Shop")])
    recording = Recorder().run(lambda: Shop("front", opts))

    scope = "urn:pulumi:test::project::"
    assert recording.the("example:shop:Shop").aliases == (
        f"{scope}example:old:Shop::front",
        f"{scope}example:shop:Shop::shop",
    )
    assert recording.the(CONFIG_MAP).aliases == (
        f"{scope}example:old:Shop${CONFIG_MAP}::front-settings",
        f"{scope}example:shop:Shop${CONFIG_MAP}::shop-settings",
    )


def test_a_name_used_twice_is_refused_as_the_engine_would() -> None:
    with pytest.raises(RecordingError, match=f"two resources have the URN .*{CONFIG_MAP}::same"):
        Recorder().run(lambda: [declare("same"), declare("same")])


def test_stack_outputs_and_messages_are_recorded() -> None:
    def program() -> None:
        pulumi.export("password", pulumi.Output.secret("hush"))
        pulumi.log.warn("mind the gap")

    recording = Recorder().run(program)
    assert recording.outputs == {"password": Secret("hush")}
    assert recording.messages == (("warning", "mind the gap"),)


def test_configuration_can_be_set_and_keeps_its_secrets() -> None:
    recorder = Recorder(project="shop", stack="prod")
    recorder.set_config("size", {"cpu": 2})
    recorder.set_config("other:token", "hush", secret=True)

    def program() -> None:
        size = pulumi.Config().require_object("size")
        declare(pulumi.get_stack(), {"cpu": size["cpu"], "t": pulumi.Config("other").require_secret("token")})

    resource = recorder.run(program).resources[0]
    assert (resource.name, resource.inputs) == ("prod", {"cpu": 2, "t": Secret("hush")})


def test_another_stacks_outputs_are_those_that_were_set() -> None:
    def program() -> None:
        other = pulumi.StackReference("org/network/prod")
        declare("user", {"vpc": other.require_output("vpc"), "key": other.require_output("key")})

    recorder = Recorder()
    recorder.set_stack_outputs("org/network/prod", {"vpc": "vpc-1", "key": Secret("hush")})
    assert recorder.run(program).the(CONFIG_MAP).inputs == {"vpc": "vpc-1", "key": Secret("hush")}
    assert Recorder(preview=True).run(program).the(CONFIG_MAP).inputs == {"vpc": UNKNOWN, "key": UNKNOWN}
    with pytest.raises(RecordingError, match="outputs of the stack org/network/prod are not set"):
        Recorder().run(program)


def test_provider_functions_are_answered_or_refused_by_name() -> None:
    def program() -> None:
        zones = pulumi.runtime.invoke_output("aws:getZones", {"state": "available"})
        declare("user", {"zones": zones.apply(lambda result: result["names"])})

    recorder = Recorder()
    recorder.answer("aws:getZones", lambda args: {"names": [args["state"]]})
    recording = recorder.run(program)
    assert recording.resources[0].inputs == {"zones": ["available"]}
    assert [(invoke.token, invoke.args) for invoke in recording.invokes] == [
        ("aws:getZones", {"state": "available"})
    ]
    with pytest.raises(RecordingError, match="calls the provider function aws:getZones"):
        Recorder().run(program)


def test_what_a_provider_adds_can_be_set() -> None:
    class Bucket(pulumi.CustomResource):
        arn: pulumi.Output[str]

        def __init__(self, name: str) -> None:
            super().__init__("aws:s3:Bucket", name, {"arn": None})

    recorder = Recorder()
    recorder.set_outputs("aws:s3:Bucket", {"arn": "arn:bucket"})
    recording = recorder.run(lambda: declare("user", {"bucket": Bucket("b").arn}))
    assert recording.the(CONFIG_MAP).inputs == {"bucket": "arn:bucket"}


def test_an_exception_in_the_program_names_its_line() -> None:
    def program() -> None:
        declare("before")
        raise ValueError("no such\nregion")

    line = program.__code__.co_firstlineno + 2
    with pytest.raises(RecordingError, match=rf"test_recorder\.py:{line}: ValueError: no such region$"):
        Recorder().run(program)


def test_an_apply_that_fails_unawaited_is_a_failure_that_names_its_line() -> None:
    def fail(_: str) -> None:
        raise KeyError("port")

    def program() -> None:
        declare("x").id.apply(fail)

    line = fail.__code__.co_firstlineno + 1
    with pytest.raises(RecordingError, match=rf"test_recorder\.py:{line}: KeyError: 'port'"):
        Recorder().run(program)


def test_a_program_that_exits_is_a_failure() -> None:
    with pytest.raises(RecordingError, match="the program ended itself with exit code 3"):
        Recorder().run(lambda: exit(3))  # noqa: PLR1722  # what programs do


def test_an_output_that_never_resolves_ends_in_an_error() -> None:
    def program() -> None:
        declare("x", {"never": asyncio.get_event_loop().create_future()})

    with pytest.raises(RecordingError, match="did not finish in time"):
        Recorder(timeout_seconds=0.2).run(program)


def test_nothing_of_a_run_shows_in_the_next_or_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", '{"project:colour": "red"}')
    seen: list[str | None] = []

    def program() -> None:
        seen.append(pulumi.Config().get("colour"))
        declare("same")
        raise RuntimeError("stop")

    before = (SETTINGS.monitor, SETTINGS.dry_run, SETTINGS.project, get_root_resource(), gc.get_threshold())
    recorder = Recorder(project="project", preview=True)
    recorder.set_config("colour", "blue")
    for each in (recorder, Recorder()):
        with pytest.raises(RecordingError, match="stop"):
            each.run(program)
    after = (SETTINGS.monitor, SETTINGS.dry_run, SETTINGS.project, get_root_resource(), gc.get_threshold())

    assert seen == ["blue", None], "neither another run's configuration nor the environment's"
    assert after == before
    assert os.environ["PULUMI_CONFIG"] == '{"project:colour": "red"}'


def test_asking_for_a_resource_that_is_not_there_says_what_is() -> None:
    with pytest.raises(AssertionError, match=r"exactly one .*'b', found 0; there is \['a'\]"):
        Recorder().run(lambda: declare("a")).the(CONFIG_MAP, "b")
