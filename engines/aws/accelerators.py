"""Global Accelerator, which moto lacks: accelerators, their listeners and groups of endpoints. What was sent is what is read;
kept for as long as the simulator runs."""
import uuid
from stores import missing, reply

KINDS = ("Accelerator", "Listener", "EndpointGroup")


def accelerators(own, region, account, action, sent):
    tags = own.setdefault("tags", {})
    if action == "ListTagsForResource": return reply({"Tags": tags.get(sent["ResourceArn"], [])})
    if action == "TagResource":
        new = {tag["Key"] for tag in sent["Tags"]}
        tags[sent["ResourceArn"]] = [tag for tag in tags.get(sent["ResourceArn"], []) if tag["Key"] not in new] + sent["Tags"]; return reply({})
    if action == "UntagResource": tags[sent["ResourceArn"]] = [tag for tag in tags.get(sent["ResourceArn"], []) if tag["Key"] not in sent["TagKeys"]]; return reply({})
    if action == "ListCrossAccountResources": return reply({"CrossAccountResources": []})
    if action.endswith("AcceleratorAttributes"):
        attributes = own.setdefault(("attributes", sent["AcceleratorArn"]), {"FlowLogsEnabled": False})
        if action.startswith("Update"): attributes.update({key: value for key, value in sent.items() if key != "AcceleratorArn"})
        return reply({"AcceleratorAttributes": attributes})
    kind = next((kind for kind in KINDS if action.endswith(kind)), None)
    if kind is None: return None
    known = own.setdefault(kind, {}); verb = action.removesuffix(kind); arn = sent.get(f"{kind}Arn", "")
    if verb == "Create":
        one = uuid.uuid4().hex[:8]
        if kind == "Accelerator":
            arn = f"arn:aws:globalaccelerator::{account}:accelerator/{uuid.uuid4()}"
            addresses = {"IpFamily": "IPv4", "IpAddressFamily": "IPv4", "IpAddresses": ["192.0.2.1", "198.51.100.1"]}
            known[arn] = {"Status": "DEPLOYED", "DnsName": f"a{uuid.uuid4().hex[:16]}.awsglobalaccelerator.com", "IpSets": [addresses], "Enabled": True}
            tags[arn] = sent.get("Tags", [])
        else: arn = f"{sent['AcceleratorArn']}/listener/{one}" if kind == "Listener" else f"{sent['ListenerArn']}/endpoint-group/{one}"
        known.setdefault(arn, {})[f"{kind}Arn"] = arn
    if arn not in known: return missing(f"{kind}NotFoundException", arn)
    if verb == "Delete": known.pop(arn); return reply({})
    if verb in ("Create", "Update"):
        kept = {key: value for key, value in sent.items() if key not in ("IdempotencyToken", "Tags", "EndpointConfigurations")}
        known[arn].update(kept)
        if "EndpointConfigurations" in sent: known[arn]["EndpointDescriptions"] = [{**one, "HealthState": "HEALTHY"} for one in sent["EndpointConfigurations"]]
    return reply({kind: known[arn]})
