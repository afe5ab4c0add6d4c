"""The provider's own inputs, the types it serves, and the inputs it completes."""

import json
from typing import Any

import pytest
import yaml

from pavedroad.engine.pins import KUBERNETES_PROVIDER_VERSION
from pavedroad.sandbox.kubeconfig import KubeconfigError
from pavedroad.sandbox.provider.checking import Declaration, check
from pavedroad.sandbox.provider.config import SWITCHES, read_settings, replacing_inputs
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.kinds import ResourceType
from pavedroad.sandbox.provider.properties import UNKNOWN, Secret
from pavedroad.sandbox.provider.servicer import VERSION
from tests.sandbox.provider.builders import WITHOUT_CLUSTER, urn

CANARY = "canary-token-hunter2"


def kubeconfig(server: Any = "https://one.example.com", token: Any = CANARY, current: Any = "main") -> Any:
    clusters = [
        {"name": "one", "cluster": {"server": server}},
        {"name": "two", "cluster": {"server": "https://two.example.com"}},
    ]
    return {
        "current-context": current,
        "clusters": clusters,
        "users": [{"name": "me", "user": {"token": token}}],
        "contexts": [
            {"name": "main", "context": {"cluster": "one", "user": "me", "namespace": "shop"}},
            {"name": "other", "context": {"cluster": "two", "user": "me"}},
        ],
    }


def settings(**given: Any) -> Any:
    return read_settings({f"kubernetes:config:{key}": value for key, value in given.items()}, {})


def test_it_answers_with_the_version_that_it_is_installed_as() -> None:
    assert VERSION == KUBERNETES_PROVIDER_VERSION


@pytest.mark.parametrize("write", [yaml.safe_dump, json.dumps])
def test_a_kubeconfig_may_be_given_as_its_content(write: Any) -> None:
    connection = settings(kubeconfig=write(kubeconfig())).connection("/nowhere")
    assert (connection.server, connection.namespace) == ("https://one.example.com", "shop")


def test_a_kubeconfig_may_be_given_as_its_path_or_be_the_ambient_one(tmp_path: Any) -> None:
    path = tmp_path / "config"
    path.write_text(yaml.safe_dump(kubeconfig()))
    assert settings(kubeconfig=str(path)).connection("/nowhere").server == "https://one.example.com"
    assert settings().connection(str(path)).server == "https://one.example.com"


def test_context_and_cluster_can_be_chosen() -> None:
    text = yaml.safe_dump(kubeconfig())
    assert settings(kubeconfig=text, context="other").connection("").server == "https://two.example.com"
    assert settings(kubeconfig=text, cluster="two").connection("").server == "https://two.example.com"


@pytest.mark.parametrize(
    "text", [f"{CANARY}: [", f"{CANARY}\n", f"{{{CANARY}", f"/no/such/{CANARY}", f"a:\n  {CANARY}\n"]
)
def test_a_kubeconfig_that_cannot_be_used_is_refused_without_showing_it(text: Any) -> None:
    for given in (settings(kubeconfig=text), settings(kubeconfig=text, cluster="two")):
        with pytest.raises(KubeconfigError) as refusal:
            given.connection("")
        assert CANARY not in str(refusal.value)


@pytest.mark.parametrize(("name", "variable"), SWITCHES.items())
def test_every_switch_can_be_set_by_input_and_by_environment_the_input_winning(
    name: Any, variable: Any
) -> None:
    key = f"kubernetes:config:{name}"
    assert name in read_settings({key: "true"}, {}).switches
    assert name in read_settings({}, {variable: "true"}).switches
    assert name not in read_settings({key: "false"}, {variable: "true"}).switches
    assert name not in read_settings({}, {}).switches


@pytest.mark.parametrize("given", [{"enableServerSideApply": "false"}, {"renderYamlToDirectory": "out"}])
def test_what_only_the_official_provider_does_is_refused_by_name(given: Any) -> None:
    with pytest.raises(ProviderError, match=next(iter(given))):
        settings(**given)


def test_another_user_of_the_same_cluster_replaces_nothing() -> None:
    changed, replaces = replacing_inputs(
        {"kubeconfig": Secret(yaml.safe_dump(kubeconfig()))},
        {"kubeconfig": Secret(yaml.safe_dump(kubeconfig(token="rotated")))},
    )
    assert (changed, replaces) == (("kubeconfig",), ())


@pytest.mark.parametrize(
    ("new", "replaced"),
    [
        ({"kubeconfig": yaml.safe_dump(kubeconfig(server="https://three.example.com"))}, ("kubeconfig",)),
        ({"kubeconfig": yaml.safe_dump(kubeconfig()), "context": "other"}, ("context",)),
        ({"kubeconfig": yaml.safe_dump(kubeconfig()), "cluster": "two"}, ("cluster",)),
        ({"kubeconfig": yaml.safe_dump(kubeconfig()), "namespace": "elsewhere"}, ()),
        ({"kubeconfig": UNKNOWN}, ("kubeconfig",)),
    ],
)
def test_another_cluster_replaces_everything_in_it(new: Any, replaced: Any) -> None:
    assert replacing_inputs({"kubeconfig": yaml.safe_dump(kubeconfig())}, new)[1] == replaced


def test_equal_inputs_are_no_change() -> None:
    inputs = {"kubeconfig": yaml.safe_dump(kubeconfig())}
    assert replacing_inputs(inputs, dict(inputs)) == ((), ())


@pytest.mark.parametrize(
    ("token", "api_version", "kind"),
    [
        ("kubernetes:core/v1:ConfigMap", "v1", "ConfigMap"),
        ("kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"),
        ("kubernetes:kafka.strimzi.io/v1:KafkaTopic", "kafka.strimzi.io/v1", "KafkaTopic"),
    ],
)
def test_the_type_token_says_the_kind(token: Any, api_version: Any, kind: Any) -> None:
    found = ResourceType.of(urn(token, "name::with::colons"))
    assert (found.api_version, found.kind, found.name) == (api_version, kind, "name::with::colons")


@pytest.mark.parametrize(
    "token",
    [
        "kubernetes:helm.sh/v3:Release",
        "kubernetes:helm.sh/v4:Chart",
        "kubernetes:yaml:ConfigFile",
        "kubernetes:yaml/v2:ConfigGroup",
        "kubernetes:kustomize/v2:Directory",
    ],
)
def test_what_needs_the_official_provider_is_refused_naming_it(token: Any) -> None:
    with pytest.raises(ProviderError, match=f"{token} needs the official Kubernetes provider"):
        ResourceType.of(urn(token))


def test_lists_are_refused_as_their_items_are_what_is_created() -> None:
    with pytest.raises(ProviderError, match="declare its items"):
        ResourceType.of(urn("kubernetes:core/v1:ConfigMapList"))


def test_a_patch_is_told_from_a_kind_whose_name_ends_like_one() -> None:
    assert ResourceType.of(urn("kubernetes:core/v1:ConfigMapPatch")).patches("ConfigMap")
    assert not ResourceType.of(urn("kubernetes:example.com/v1:EyePatch")).patches("EyePatch")


def checked(token: Any, news: Any, olds: Any = None) -> Any:
    return check(WITHOUT_CLUSTER, Declaration(urn(token), olds or {}, news))


def test_the_kind_is_filled_in_from_the_type_where_the_program_left_it_out() -> None:
    inputs = checked("kubernetes:apps/v1:Deployment", {"metadata": {"name": "web"}})
    assert (inputs["apiVersion"], inputs["kind"]) == ("apps/v1", "Deployment")


def test_secrets_stay_secret_when_checked() -> None:
    news = {"metadata": {"name": "a"}, "stringData": {"password": Secret("hunter2")}}
    assert checked("kubernetes:core/v1:Secret", news)["data"] == Secret({"password": "aHVudGVyMg=="})
    annotated = {"metadata": {"name": "a", "annotations": {"key": Secret("hunter2"), "plain": "x"}}}
    annotations = checked("kubernetes:core/v1:ConfigMap", annotated)["metadata"]["annotations"]
    assert annotations == {"key": Secret("hunter2"), "plain": "x"}


def test_a_generated_name_is_refused_as_server_side_apply_cannot_make_one() -> None:
    with pytest.raises(ProviderError, match="generateName"):
        checked("kubernetes:core/v1:ConfigMap", {"metadata": {"generateName": "a-"}})


def test_a_patch_has_to_name_the_object_it_patches() -> None:
    with pytest.raises(ProviderError, match=r"metadata\.name"):
        checked("kubernetes:core/v1:ConfigMapPatch", {"kind": "ConfigMap", "metadata": {"labels": {}}})
