"""Judgements about pods that an example cannot show: versions of the standards, who is spared, and what must pass."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from pavedroad.governance import Opaque, PodRule, SettingsError, Verdict, canonical, judge
from pavedroad.governance.kubernetes import POD_TEMPLATES
from pavedroad.governance.operated_pods import OPERATED_PODS
from pavedroad.governance.stack import Stack
from policies.areas import RULE_BY_CONTROL
from policies.rules import pods
from tests.support.examples import Declared, changed, resources
from tests.support.governed import POD, resource, workload
from tests.support.pods import ACCOUNT, SERVICE_ACCOUNT, declared_pod, good_container, good_spec

WINDOWS: Mapping[str, Any] = {"os": {"name": "windows"}, "containers": [{"name": "web"}]}
USER_NAMESPACE: Mapping[str, Any] = {
    "hostUsers": False,
    "securityContext": {"runAsNonRoot": False, "runAsUser": 0},
    "containers": [{"name": "web", "securityContext": {"procMount": "Unmasked"}}],
}


def sysctl(name: str) -> Mapping[str, Any]:
    return {"securityContext": {"sysctls": [{"name": name, "value": "1"}]}}


def said(
    control: str,
    *declared: Declared,
    whole: bool = True,
    settings: Mapping[str, object] = MappingProxyType({}),
) -> Verdict:
    """Give the worst verdict of a control on the first of ``declared``."""
    first = resources(declared)[0].urn
    stack = Stack(canonical(resources(declared)), whole=whole)
    found = judge([RULE_BY_CONTROL[control].set_to(settings)], stack)
    order = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]
    return max((each.verdict for each in found if each.urn == first), key=order.index)


def on_pod(control: str, spec: Mapping[str, Any], **settings: object) -> Verdict:
    return said(control, declared_pod(dict(spec)), settings=settings)


def on_container(control: str, **fields: object) -> Verdict:
    return on_pod(control, {"containers": [{"name": "web", **fields}]})


def test_a_good_pod_passes_every_control_about_pods() -> None:
    stack = Stack(canonical(resources((declared_pod(good_spec()), ACCOUNT))))
    assert {each.verdict for each in judge(pods.RULES, stack)} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("control", "spec", "before", "since"),
    [
        ("containers-no-privilege-escalation", {"containers": [{}]}, Verdict.PASS, 8),
        ("containers-no-privilege-escalation", WINDOWS, Verdict.FAIL, 25),
        ("containers-drop-all-capabilities", {"containers": [{}]}, Verdict.PASS, 22),
        ("containers-drop-all-capabilities", WINDOWS, Verdict.FAIL, 25),
        ("containers-name-a-seccomp-profile", {"containers": [{}]}, Verdict.PASS, 19),
        ("containers-name-a-seccomp-profile", WINDOWS, Verdict.FAIL, 25),
        ("containers-not-user-zero", {"securityContext": {"runAsUser": 0}}, Verdict.PASS, 23),
        ("containers-not-user-zero", USER_NAMESPACE, Verdict.FAIL, 35),
        ("containers-run-as-non-root", USER_NAMESPACE, Verdict.FAIL, 35),
        ("containers-proc-masked-on-the-node", USER_NAMESPACE, Verdict.FAIL, 35),
        (
            "probes-without-host",
            {"containers": [{"livenessProbe": {"tcpSocket": {"host": "db"}}}]},
            Verdict.PASS,
            34,
        ),
        (
            "selinux-labels-of-containers",
            {"securityContext": {"seLinuxOptions": {"type": "container_engine_t"}}},
            Verdict.FAIL,
            31,
        ),
        ("pods-set-safe-sysctls-only", sysctl("net.ipv4.ip_local_reserved_ports"), Verdict.FAIL, 27),
        ("pods-set-safe-sysctls-only", sysctl("net.ipv4.tcp_fin_timeout"), Verdict.FAIL, 29),
        ("pods-set-safe-sysctls-only", sysctl("net.ipv4.tcp_rmem"), Verdict.FAIL, 32),
        ("pods-set-safe-sysctls-only", sysctl("net.ipv4.tcp_notsent_lowat"), Verdict.FAIL, 37),
    ],
)
def test_each_version_of_the_standards_is_followed_as_it_was(
    control: str, spec: Mapping[str, Any], before: Verdict, since: int
) -> None:
    after = Verdict.FAIL if before is Verdict.PASS else Verdict.PASS
    judged = {
        version: on_pod(control, spec, policyVersion=version)
        for version in (f"v1.{since - 1}", f"v1.{since}")
    }
    assert judged == {f"v1.{since - 1}": before, f"v1.{since}": after}


def test_the_newest_version_stands_for_latest_and_for_those_to_come() -> None:
    newest = sysctl("net.ipv4.tcp_notsent_lowat")
    for version in ("latest", "v1.37", "v1.99"):
        assert on_pod("pods-set-safe-sysctls-only", newest, policyVersion=version) is Verdict.PASS


@pytest.mark.parametrize("version", ["1.37", "v1.", "v1.x", "v1.٣", "newest"])
def test_a_version_that_is_none_is_refused_by_its_setting(version: str) -> None:
    with pytest.raises(SettingsError, match="policyVersion"):
        RULE_BY_CONTROL["containers-run-as-non-root"].set_to({"policyVersion": version})


@pytest.mark.parametrize("ranges", [["a"], ["1-b"], ["-5"], [""]])
def test_a_range_that_is_none_is_refused_by_its_setting(ranges: list[str]) -> None:
    with pytest.raises(SettingsError, match="allowedHostPorts"):
        RULE_BY_CONTROL["containers-without-host-ports"].set_to({"allowedHostPorts": ranges})


def test_a_pod_that_allows_root_is_refused_though_each_container_refuses_it() -> None:
    spec = {
        "securityContext": {"runAsNonRoot": False, "seccompProfile": {"type": "Unconfined"}},
        "containers": [
            {
                "name": "web",
                "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
            }
        ],
    }
    assert on_pod("containers-run-as-non-root", spec) is Verdict.FAIL
    assert on_pod("containers-name-a-seccomp-profile", spec) is Verdict.FAIL
    assert on_pod("containers-seccomp-profile-allowed", spec) is Verdict.PASS


def test_not_even_a_user_namespace_unmasks_proc_in_the_restricted_profile() -> None:
    assert on_pod("containers-proc-masked-on-the-node", USER_NAMESPACE) is Verdict.PASS
    assert on_pod("containers-proc-masked", USER_NAMESPACE) is Verdict.FAIL


@pytest.mark.parametrize("kind", ["containers", "initContainers", "ephemeralContainers"])
def test_every_kind_of_container_is_looked_at(kind: str) -> None:
    bad = good_container()
    bad["securityContext"]["privileged"] = True
    spec = good_spec() | {kind: [good_container(), bad]}
    found = judge([RULE_BY_CONTROL["containers-not-privileged"]], resources((declared_pod(spec),)))
    (message,) = [each.message for each in found if each.verdict is Verdict.FAIL]
    assert f"spec.{kind}[1] must" in message


@pytest.mark.parametrize("type_", sorted(POD_TEMPLATES))
def test_the_same_pod_gets_the_same_verdicts_in_every_kind_of_workload(type_: str) -> None:
    bad = {"name": "web", "securityContext": {"privileged": True, "readOnlyRootFilesystem": Opaque.UNKNOWN}}
    spec = {"containers": [good_container(), bad]}

    def judged(kind: str) -> list[tuple[str, Verdict]]:
        rules = [rule for rule in pods.RULES if isinstance(rule, PodRule)]
        found = judge(rules, [resource(kind, workload(kind, spec))])
        return [(each.control, each.verdict) for each in found]

    assert {verdict for _, verdict in judged(POD)} == {Verdict.PASS, Verdict.FAIL, Verdict.NOT_EVALUATED}
    assert judged(type_) == judged(POD)


def test_what_an_operator_fills_in_is_not_known_and_what_is_written_is() -> None:
    type_ = "kubernetes:kibana.k8s.elastic.co/v1:Kibana"
    assert type_ in OPERATED_PODS
    for written, verdict in (({}, Verdict.NOT_EVALUATED), ({"privileged": True}, Verdict.FAIL)):
        template = {"spec": {"containers": [{"name": "kibana", "securityContext": written}]}}
        declared = Declared(type=type_, properties={"spec": {"podTemplate": template}})
        assert said("containers-not-privileged", declared) is verdict


RABBIT = "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster"
CLOSED = {"allowPrivilegeEscalation": False}
OPEN = {"allowPrivilegeEscalation": True}


def rabbit(containers: object, init: object, **spec: Any) -> Declared:
    """Declare a RabbitMQ cluster with part of its pods."""
    part = {"containers": containers, "initContainers": init}
    override = {"statefulSet": {"spec": {"template": {"spec": part}}}}
    return Declared(type=RABBIT, properties={"spec": {"override": override, **spec}})


@pytest.mark.parametrize(
    ("server", "setup", "spec", "verdict"),
    [
        (CLOSED, CLOSED, {}, Verdict.PASS),
        (CLOSED, None, {}, Verdict.NOT_EVALUATED),
        (None, CLOSED, {}, Verdict.NOT_EVALUATED),
        (OPEN, None, {}, Verdict.FAIL),
        (CLOSED, CLOSED, {"secretBackend": {"vault": {}}}, Verdict.NOT_EVALUATED),
        (CLOSED, CLOSED, {"secretBackend": Opaque.UNKNOWN}, Verdict.NOT_EVALUATED),
        (OPEN, CLOSED, {"secretBackend": {"vault": {}}}, Verdict.FAIL),
    ],
)
def test_what_is_written_of_every_container_that_an_operator_runs_is_enough(
    server: object, setup: object, spec: dict[str, Any], verdict: Verdict
) -> None:
    containers = [{"name": "rabbitmq", "securityContext": server}] if server else []
    init = [{"name": "setup-container", "securityContext": setup}] if setup else None
    declared = rabbit(containers, init, **spec)
    assert said("containers-no-privilege-escalation", declared) is verdict


def test_where_nobody_knows_which_containers_an_operator_runs_none_is_enough() -> None:
    for written, verdict in ((CLOSED, Verdict.NOT_EVALUATED), (OPEN, Verdict.FAIL)):
        template = {
            "spec": {"initContainers": [], "containers": [{"name": "kibana", "securityContext": written}]}
        }
        kibana = Declared(
            type="kubernetes:kibana.k8s.elastic.co/v1:Kibana", properties={"spec": {"podTemplate": template}}
        )
        assert said("containers-no-privilege-escalation", kibana) is verdict
        assert said("pods-without-ephemeral-containers", kibana) is Verdict.PASS


@pytest.mark.parametrize(
    ("image", "written", "verdict"),
    [
        ("registry.example.com/rabbitmq:4.1", None, Verdict.PASS),
        ("registry.example.com/rabbitmq", None, Verdict.FAIL),
        ("registry.example.com/rabbitmq", "registry.example.com/rabbitmq:4.1", Verdict.FAIL),
        (Opaque.UNKNOWN, None, Verdict.NOT_EVALUATED),
        (None, None, Verdict.NOT_EVALUATED),
    ],
)
def test_what_an_operator_takes_from_its_resource_is_known(
    image: object, written: str | None, verdict: Verdict
) -> None:
    containers = [{"name": "rabbitmq"} | ({"image": written} if written else {})]
    assert said("images-tagged", rabbit(containers, [], image=image)) is verdict


def test_resources_that_are_written_are_laid_over_those_that_an_operator_takes_from_its_own() -> None:
    given = {"limits": {"memory": "1Gi"}, "requests": {"memory": "1Gi"}}
    patched = [{"name": "rabbitmq", "resources": {"limits": {"cpu": "1"}}}]
    for containers in (patched, []):
        found = judge(
            [RULE_BY_CONTROL["containers-limit-memory"]],
            resources((rabbit(containers, [], resources=given),)),
        )
        (open_,) = [each.unknown for each in found]
        assert {path.rpartition("spec.")[2] for path in open_} == {
            "initContainers[0].resources.limits.memory"
        }


def test_an_unknown_value_hides_no_known_violation_beside_it() -> None:
    spec = {"containers": [{"securityContext": {"privileged": each}} for each in (Opaque.UNKNOWN, True)]}
    found = judge([RULE_BY_CONTROL["containers-not-privileged"]], resources((declared_pod(spec),)))
    assert {each.verdict: each.unknown for each in found} == {
        Verdict.NOT_EVALUATED: ("spec.containers[0].securityContext.privileged",),
        Verdict.FAIL: (),
    }


def test_an_exempt_image_excuses_its_container_but_neither_its_pod_nor_another_container() -> None:
    bad = {"name": "agent", "image": "safe.example.com/agent:1", "securityContext": {"runAsUser": 0}}
    exempt = {"exemptImages": ["safe.example.com/*"]}
    control = "containers-not-user-zero"
    assert on_pod(control, {"containers": [bad]}, **exempt) is Verdict.PASS
    assert on_pod(control, {"containers": [bad, bad | {"image": "other"}]}, **exempt) is Verdict.FAIL
    rooted = {"securityContext": {"runAsUser": 0}, "containers": [bad]}
    assert on_pod(control, rooted, **exempt) is Verdict.FAIL


@pytest.mark.parametrize(
    ("volume", "verdict"),
    [
        ({}, Verdict.PASS),
        ({"emptyDir": {}}, Verdict.PASS),
        ({"emptyDir": {}, "hostPath": None}, Verdict.PASS),
        ({"brandNew": {}}, Verdict.FAIL),
        ({"emptyDir": {}, "nfs": {"server": "s", "path": "/"}}, Verdict.FAIL),
        ({"nfs": Opaque.UNKNOWN}, Verdict.NOT_EVALUATED),
    ],
)
def test_a_volume_that_names_no_kind_is_an_empty_dir(volume: dict[str, Any], verdict: Verdict) -> None:
    assert on_pod("volumes-of-core-kinds", {"volumes": [{"name": "data", **volume}]}) is verdict


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/var/log", True),
        ("/var/log/", True),
        ("/var/log/pods/web", True),
        ("/var/logs", False),
        ("/var", False),
        ("/var/log/../lib", False),
        ("//etc", False),
    ],
)
def test_a_directory_is_allowed_with_what_is_below_it_and_nothing_beside(path: str, allowed: bool) -> None:
    spec = {"volumes": [{"name": "logs", "hostPath": {"path": path}}]}
    verdict = on_pod("host-paths-among-the-allowed", spec, allowedHostPaths=["/var/log/"])
    assert verdict is (Verdict.PASS if allowed else Verdict.FAIL)


@pytest.mark.parametrize(
    ("path", "holds_a_socket"),
    [
        ("/var/run/docker.sock", True),
        ("/run/docker.sock", True),
        ("/run/containerd", True),
        ("/var/run/", True),
        ("/", True),
        ("/run/docker.sock.d", False),
        ("/var/log", False),
        ("/var/runtime", False),
    ],
)
def test_a_socket_is_found_under_either_name_and_in_what_holds_it(path: str, holds_a_socket: bool) -> None:
    verdict = on_pod("runtime-sockets-not-mounted", {"volumes": [{"hostPath": {"path": path}}]})
    assert verdict is (Verdict.FAIL if holds_a_socket else Verdict.PASS)


def test_only_mounts_of_the_nodes_directories_must_be_read_only() -> None:
    mounts: list[dict[str, object]] = [{"name": "logs", "readOnly": True}, {"name": "scratch"}]
    volumes = [{"name": "logs", "hostPath": {"path": "/var/log"}}, {"name": "scratch", "emptyDir": {}}]
    spec = {"volumes": volumes, "containers": [{"name": "web", "volumeMounts": mounts}]}
    assert on_pod("host-path-mounts-read-only", spec) is Verdict.PASS
    del mounts[0]["readOnly"]
    assert on_pod("host-path-mounts-read-only", spec) is Verdict.FAIL


def test_a_container_that_adds_net_raw_back_has_not_dropped_it() -> None:
    for added, verdict in (("CHOWN", Verdict.PASS), ("NET_RAW", Verdict.FAIL), ("ALL", Verdict.FAIL)):
        capabilities = {"drop": ["ALL"], "add": [added]}
        context = {"capabilities": capabilities}
        assert on_container("containers-drop-net-raw", securityContext=context) is verdict


def test_an_annotation_of_apparmor_counts_before_the_pod_and_after_the_container() -> None:
    control = "containers-app-armor-profile-allowed"
    annotations = {"container.apparmor.security.beta.kubernetes.io/web": "unconfined"}
    good = {"appArmorProfile": {"type": "RuntimeDefault"}}
    of_pod = {"securityContext": good, "containers": [{"name": "web"}]}
    of_container = {"containers": [{"name": "web", "securityContext": good}]}
    assert said(control, declared_pod(of_pod)) is Verdict.PASS
    assert said(control, declared_pod(of_pod, annotations)) is Verdict.FAIL
    assert said(control, declared_pod(of_container, annotations)) is Verdict.PASS


def test_the_account_may_stand_in_another_slice_but_not_nowhere() -> None:
    web = declared_pod({"serviceAccountName": "web", "containers": []})
    for control in ("service-accounts-exist", "service-account-tokens-mounted-on-purpose"):
        assert said(control, web) is Verdict.FAIL
        assert said(control, web, whole=False) is Verdict.NOT_EVALUATED
        assert said(control, web, ACCOUNT) is Verdict.PASS


def test_an_account_whose_name_is_not_known_may_be_the_one() -> None:
    web = declared_pod({"serviceAccountName": "web", "containers": []})
    hazy = Declared(type=SERVICE_ACCOUNT, properties={"metadata": {"name": Opaque.UNKNOWN}})
    assert said("service-accounts-exist", web, hazy) is Verdict.NOT_EVALUATED


def test_the_default_account_need_not_be_declared() -> None:
    for spec in ({}, {"serviceAccountName": "default"}):
        assert on_pod("service-accounts-exist", spec) is Verdict.PASS


def test_a_pod_has_the_last_word_about_its_token() -> None:
    account = changed(ACCOUNT, ("automountServiceAccountToken",), value=True)
    control = "pods-without-service-account-token"
    for word, verdict in ((False, Verdict.PASS), (None, Verdict.FAIL), (True, Verdict.FAIL)):
        spec = {"serviceAccountName": "web", "automountServiceAccountToken": word}
        assert said(control, declared_pod(spec), account) is verdict


def test_the_old_field_may_repeat_the_new_one_as_the_api_server_has_it() -> None:
    control = "pods-without-deprecated-service-account-field"
    both = {"serviceAccountName": "web", "serviceAccount": "web"}
    assert on_pod(control, both) is Verdict.PASS
    assert on_pod(control, {"serviceAccount": "web"}) is Verdict.FAIL


def test_each_of_tillers_labels_is_tillers_alone() -> None:
    def labelled(**labels: str) -> Declared:
        return Declared(type=POD, properties={"metadata": {"labels": labels}, "spec": {}})

    assert said("tiller-not-deployed", labelled(app="helm-controller", name="web")) is Verdict.PASS
    assert said("tiller-not-deployed", labelled(app="helm", name="controller")) is Verdict.FAIL
    assert said("tiller-not-deployed", labelled(app="web", name="tiller")) is Verdict.FAIL


@pytest.mark.parametrize(
    ("name", "image", "verdict"),
    [
        ("distiller", "registry.example.com/distiller:1.0.0", Verdict.PASS),
        ("helm-tiller", "registry.example.com/web:1.0.0", Verdict.FAIL),
        ("web", "registry.example.com/tiller:2.0.0", Verdict.FAIL),
    ],
)
def test_tiller_is_known_by_a_word_of_a_name_or_image(name: str, image: str, verdict: Verdict) -> None:
    containers = [{"name": "web", "image": image}]
    made = Declared(type=POD, properties={"metadata": {"name": name}, "spec": {"containers": containers}})
    assert said("tiller-not-deployed", made) is verdict


@pytest.mark.parametrize("dropped", ["ALL", "all", "NET_RAW", "net_raw", "CAP_NET_RAW"])
def test_net_raw_is_dropped_however_runtimes_let_it_be_spelled(dropped: str) -> None:
    context = {"capabilities": {"drop": [dropped]}}
    assert on_container("containers-drop-net-raw", securityContext=context) is Verdict.PASS
