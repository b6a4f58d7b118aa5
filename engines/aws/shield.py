"""Shield Advanced, of which moto has protections alone, and those without checks and responses. What was sent is what is read;
kept for as long as the simulator runs."""
import time, uuid
from stores import missing, reply


def shield(own, region, account, action, sent):
    protections = own.setdefault("protections", {}); groups = own.setdefault("groups", {}); tags = own.setdefault("tags", {})
    arn_of = lambda kind, one: f"arn:aws:shield::{account}:{kind}/{one}"
    subscription = own.get("subscription")
    if action == "CreateSubscription": own["subscription"] = {"AutoRenew": "ENABLED", "ProactiveEngagementStatus": "DISABLED"}; return reply({})
    if action == "GetSubscriptionState": return reply({"SubscriptionState": "ACTIVE" if subscription else "INACTIVE"})
    if action == "ListTagsForResource": return reply({"Tags": tags.get(sent["ResourceARN"], [])})
    if action == "TagResource":
        new = {tag["Key"] for tag in sent["Tags"]}
        tags[sent["ResourceARN"]] = [tag for tag in tags.get(sent["ResourceARN"], []) if tag["Key"] not in new] + sent["Tags"]; return reply({})
    if action == "UntagResource": tags[sent["ResourceARN"]] = [tag for tag in tags.get(sent["ResourceARN"], []) if tag["Key"] not in sent["TagKeys"]]; return reply({})
    # Everything else needs a subscription
    if subscription is None: return missing("ResourceNotFoundException", "subscription")
    if action == "DescribeSubscription":
        limits = {"ProtectionLimits": {"ProtectedResourceTypeLimits": []}, "ProtectionGroupLimits": {"MaxProtectionGroups": 20, "PatternTypeLimits": {"ArbitraryPatternLimits": {"MaxMembers": 100}}}}
        return reply({"Subscription": {**subscription, "StartTime": time.time(), "TimeCommitmentInSeconds": 31_536_000, "SubscriptionArn": arn_of("subscription", "1"), "SubscriptionLimits": limits}})
    if action == "UpdateSubscription": subscription["AutoRenew"] = sent["AutoRenew"]; return reply({})
    if action in ("AssociateProactiveEngagementDetails", "UpdateEmergencyContactSettings"): own["contacts"] = sent.get("EmergencyContactList", []); subscription["ProactiveEngagementStatus"] = "ENABLED" if own["contacts"] else "DISABLED"; return reply({})
    if action == "DescribeEmergencyContactSettings": return reply({"EmergencyContactList": own.get("contacts", [])})
    if action in ("EnableProactiveEngagement", "DisableProactiveEngagement"): subscription["ProactiveEngagementStatus"] = action[: -len("ProactiveEngagement")].upper() + "D"; return reply({})
    if action.endswith("ProtectionGroup"):
        name = sent["ProtectionGroupId"]
        if action == "CreateProtectionGroup": groups[name] = {"ProtectionGroupArn": arn_of("protection-group", name), "Members": []}; tags[arn_of("protection-group", name)] = sent.pop("Tags", [])
        if name not in groups: return missing("ResourceNotFoundException", name)
        if action == "DeleteProtectionGroup": groups.pop(name); return reply({})
        if action != "DescribeProtectionGroup": groups[name].update(sent)
        return reply({"ProtectionGroup": groups[name]} if action == "DescribeProtectionGroup" else {})
    if action == "ListProtections": return reply({"Protections": list(protections.values())})
    if action == "CreateProtection":
        one = str(uuid.uuid4()); arn = arn_of("protection", one)
        protections[one] = {"Id": one, "Name": sent["Name"], "ResourceArn": sent["ResourceArn"], "ProtectionArn": arn, "HealthCheckIds": []}; tags[arn] = sent.get("Tags", [])
        return reply({"ProtectionId": one})
    one = next((found for found in protections.values() if found["Id"] == sent.get("ProtectionId") or found["ResourceArn"] == sent.get("ResourceArn")), None)
    if one is None: return missing("ResourceNotFoundException", "protection")
    if action == "DescribeProtection": return reply({"Protection": one})
    if action == "DeleteProtection": protections.pop(one["Id"]); return reply({})
    if action == "AssociateHealthCheck": one["HealthCheckIds"].append(sent["HealthCheckArn"].rsplit("/", 1)[-1]); return reply({})
    if action == "DisassociateHealthCheck": one["HealthCheckIds"].remove(sent["HealthCheckArn"].rsplit("/", 1)[-1]); return reply({})
    if action in ("EnableApplicationLayerAutomaticResponse", "UpdateApplicationLayerAutomaticResponse"): one["ApplicationLayerAutomaticResponseConfiguration"] = {"Status": "ENABLED", "Action": sent["Action"]}; return reply({})
    if action == "DisableApplicationLayerAutomaticResponse": one["ApplicationLayerAutomaticResponseConfiguration"] = {"Status": "DISABLED", "Action": {}}; return reply({})
    return None
