"""Route 53: a zone's networks and its own records, and records, which are entries of a zone's list."""

from typing import Any, Final

from pavedroad.sandbox.aws.lifecycle import Lifecycle, Values

_OWN_RECORDS: Final = ("NS", "SOA")
_ID_PREFIX: Final = "/hostedzone/"
_PLAIN: Final = {"setIdentifier": "SetIdentifier", "healthCheckId": "HealthCheckId", "ttl": "TTL"}
_ROUTING: Final = {
    "weightedRoutingPolicies": ("weight", "Weight"),
    "failoverRoutingPolicies": ("type", "Failover"),
    "latencyRoutingPolicies": ("region", "Region"),
}


class Zone(Lifecycle):
    """A hosted zone."""

    def identify(self, scope: Values) -> str:
        """Give the id alone, as the official provider does."""
        return super().identify(scope).removeprefix(_ID_PREFIX)

    def complete(self, inputs: Values, scope: Values) -> None:
        """Associate the networks that creating did not take: all but the first."""
        self._associate(str(scope["id"]), (inputs.get("vpcs") or [])[1:])
        super().complete(inputs, scope)

    def live(self, scope: Values) -> Values | None:
        """Read the networks as well."""
        found = self.ask("GetHostedZone", {"Id": scope["id"]})
        live = super().live(scope) if found else None
        if found and live is not None and found.get("VPCs"):
            live["vpcs"] = [{"vpcId": vpc["VPCId"], "vpcRegion": vpc["VPCRegion"]} for vpc in found["VPCs"]]
        return live

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Associate new networks, then take old ones away: a private zone has at least one."""
        if "vpcs" in changed:
            before, now = (
                {vpc["vpcId"]: vpc for vpc in values.get("vpcs") or ()} for values in (old, inputs)
            )
            self._associate(resource_id, [now[each] for each in now.keys() - before.keys()])
            for each in before.keys() - now.keys():
                vpc = {"VPCId": each, "VPCRegion": before[each].get("vpcRegion", self.caller.region)}
                self.ask("DisassociateVPCFromHostedZone", {"HostedZoneId": resource_id, "VPC": vpc})
        return super().update(resource_id, old, inputs, changed)

    def delete(self, resource_id: str, state: Values) -> None:
        """Delete the records first where the program asks for it."""
        if state.get("forceDestroy"):
            found = self.ask("ListResourceRecordSets", {"HostedZoneId": resource_id}) or {}
            for record in found.get("ResourceRecordSets") or ():
                if record["Type"] not in _OWN_RECORDS:
                    change = {"Changes": [{"Action": "DELETE", "ResourceRecordSet": record}]}
                    self.ask("ChangeResourceRecordSets", {"HostedZoneId": resource_id, "ChangeBatch": change})
        super().delete(resource_id, state)

    def _associate(self, zone: str, networks: list[Values]) -> None:
        for network in networks:
            vpc = {"VPCId": network["vpcId"], "VPCRegion": network.get("vpcRegion", self.caller.region)}
            self.ask("AssociateVPCWithHostedZone", {"HostedZoneId": zone, "VPC": vpc})


class Record(Lifecycle):
    """An entry of a zone."""

    def create(self, inputs: Values) -> tuple[str, Values]:
        """Put the record into its zone; one that is there already is refused unless `allowOverwrite` says so."""
        self._change("UPSERT" if inputs.get("allowOverwrite") else "CREATE", inputs)
        scope = self.scope(inputs)
        resource_id = self.identify(scope)
        return resource_id, self.outputs_after_change(resource_id, inputs, {**scope, "id": resource_id})

    def update(self, resource_id: str, old: Values, inputs: Values, changed: set[str]) -> Values:
        """Replace the record's content."""
        del old, changed  # a record is written as a whole
        self._change("UPSERT", inputs)
        return self.outputs_after_change(resource_id, inputs, {**self.scope(inputs), "id": resource_id})

    def delete(self, resource_id: str, state: Values) -> None:
        """Take the record, as it is now, out of its zone."""
        del resource_id  # the state says more
        found = self._find(state)
        if found is not None:
            self._send("DELETE", str(state["zoneId"]), found)

    def live(self, scope: Values) -> Values | None:
        """Find the record in its zone."""
        found = self._find(scope)
        # Found by its name, so that is the same, with a dot at its end or without.
        return None if found is None else {**_as_properties(found), "name": scope["name"]}

    def _find(self, scope: Values) -> dict[str, Any] | None:
        records = self.ask("ListResourceRecordSets", {"HostedZoneId": scope["zoneId"]}) or {}
        wanted = (_dotted(scope["name"]), scope["type"], scope.get("setIdentifier"))
        for record in records.get("ResourceRecordSets") or ():
            if (_dotted(record["Name"]), record["Type"], record.get("SetIdentifier")) == wanted:
                return dict(record)
        return None

    def _change(self, action: str, inputs: Values) -> None:
        record: dict[str, Any] = {"Name": inputs["name"], "Type": inputs["type"]}
        record |= {theirs: inputs[ours] for ours, theirs in _PLAIN.items() if inputs.get(ours) is not None}
        if inputs.get("records") is not None:
            record["ResourceRecords"] = [
                {"Value": _quoted(inputs["type"], each)} for each in inputs["records"]
            ]
        for alias in inputs.get("aliases") or ():
            record["AliasTarget"] = {
                "HostedZoneId": alias["zoneId"],
                "DNSName": alias["name"],
                "EvaluateTargetHealth": alias["evaluateTargetHealth"],
            }
        for ours, (key, theirs) in _ROUTING.items():
            for policy in inputs.get(ours) or ():
                record[theirs] = policy[key]
        if inputs.get("multivalueAnswerRoutingPolicy"):
            record["MultiValueAnswer"] = True
        self._send(action, str(inputs["zoneId"]), record)

    def _send(self, action: str, zone: str, record: dict[str, Any]) -> None:
        change = {"Changes": [{"Action": action, "ResourceRecordSet": record}]}
        self.ask("ChangeResourceRecordSets", {"HostedZoneId": zone, "ChangeBatch": change})


def _as_properties(record: dict[str, Any]) -> Values:
    live: Values = {
        "name": record["Name"].rstrip("."),
        "type": record["Type"],
        "fqdn": record["Name"].rstrip("."),
    }
    live |= {ours: record[theirs] for ours, theirs in _PLAIN.items() if theirs in record}
    if record.get("ResourceRecords"):
        live["records"] = [
            each["Value"].strip('"') if record["Type"] == "TXT" else each["Value"]
            for each in record["ResourceRecords"]
        ]
    if "AliasTarget" in record:
        target = record["AliasTarget"]
        live["aliases"] = [
            {
                "zoneId": target["HostedZoneId"],
                "name": target["DNSName"].rstrip("."),
                "evaluateTargetHealth": target["EvaluateTargetHealth"],
            }
        ]
    for ours, (key, theirs) in _ROUTING.items():
        if theirs in record:
            live[ours] = [{key: record[theirs]}]
    if record.get("MultiValueAnswer"):
        live["multivalueAnswerRoutingPolicy"] = True
    return live


def _dotted(name: str) -> str:
    return name.rstrip(".").replace("\\052", "*") + "."


def _quoted(kind: str, value: str) -> str:
    return f'"{value}"' if kind == "TXT" and not value.startswith('"') else value
