"""What moto accepts and then forgets or alters, put back into its answers, so that a second plan is as empty as on AWS."""
import json, re
from urllib.parse import parse_qs
from xml.sax.saxutils import escape
import clients, delivery, stores

SENT = {}


def put_back(service, region, account, target, method, path, query, body, answer):
    """Remembers what a request asks for, and completes an answer that lacks it. Body and answer are bytes."""
    action = target.rsplit(".", 1)[-1]
    if service == "dynamodb": return dynamodb(region, account, action, answer)
    return SERVICES[service](action, method, path, query, body, answer)


def form_of(body):
    return {key: values[0] for key, values in parse_qs(body.decode()).items()}


def acm(action, method, path, query, body, answer):
    if action not in ("RequestCertificate", "DescribeCertificate"): return answer
    sent, said = json.loads(body), json.loads(answer)
    if action == "RequestCertificate": SENT["acm", said["CertificateArn"]] = sent.get("KeyAlgorithm")
    algorithm = SENT.get(("acm", sent.get("CertificateArn")))
    if action == "DescribeCertificate" and algorithm: said["Certificate"]["KeyAlgorithm"] = algorithm
    return json.dumps(said).encode()


def kms(action, method, path, query, body, answer):
    if action not in ("EnableKeyRotation", "GetKeyRotationStatus"): return answer
    sent = json.loads(body); key = sent.get("KeyId", "").rsplit("/", 1)[-1]
    if action == "EnableKeyRotation":
        SENT["kms", key] = sent.get("RotationPeriodInDays", 365)
        return answer
    said = json.loads(answer)
    if said.get("KeyRotationEnabled"): said["RotationPeriodInDays"] = SENT.get(("kms", key), 365)
    return json.dumps(said).encode()


def elasticache(action, method, path, query, body, answer):
    form = form_of(body); action = form.get("Action")
    if action == "CreateReplicationGroup": SENT["elasticache", form["ReplicationGroupId"]] = form
    if action in ("CreateReplicationGroup", "DescribeReplicationGroups", "ModifyReplicationGroup"):
        def complete(found):
            sent = SENT.get(("elasticache", found[1]), {})
            lacking = [name for name in ("TransitEncryptionEnabled", "TransitEncryptionMode", "AtRestEncryptionEnabled", "KmsKeyId") if name in sent and f"<{name}>" not in text]
            return found[0] + "".join(f"<{name}>{sent[name]}</{name}>" for name in lacking)
        text = re.sub(r"<TransitEncryptionEnabled>false</TransitEncryptionEnabled>", "", answer.decode())
        return re.sub(r"<ReplicationGroupId>([^<]+)</ReplicationGroupId>", complete, text, count=1).encode()
    group = re.search(r":replicationgroup:(.+)$", form.get("ResourceName", ""))
    if action == "ListTagsForResource" and group and "<Tag>" not in answer.decode():
        sent = SENT.get(("elasticache", group[1]), {})
        tags = "".join(f"<Tag><Key>{sent[key]}</Key><Value>{sent.get(key[:-3] + 'Value', '')}</Value></Tag>" for key in sent if re.match(r"Tags\.\w+\.\d+\.Key$", key))
        return re.sub(rb"<TagList\s*/>|<TagList></TagList>", f"<TagList>{tags}</TagList>".encode(), answer)
    return answer


def rds(action, method, path, query, body, answer):
    form = form_of(body); action = form.get("Action", "")
    if action == "CreateDBInstance": SENT["rds", form["DBInstanceIdentifier"]] = form
    text = answer.decode()
    # What only serverless clusters of the first version have is told of all
    if "DBCluster" in action: text = re.sub(r"<ScalingConfigurationInfo>.*?</ScalingConfigurationInfo>|<ScalingConfigurationInfo\s*/>", "", text, flags=re.S)
    # What clusters of DocumentDB do not have
    text = re.sub(r"<DBCluster>.*?</DBCluster>", lambda one: re.sub(r"<StorageType>[^<]*</StorageType>", "", one[0]) if "<Engine>docdb</Engine>" in one[0] else one[0], text, flags=re.S)
    if action in ("CreateDBInstance", "DescribeDBInstances", "ModifyDBInstance"):
        def complete(found):
            sent = SENT.get(("rds", re.search(r"<DBInstanceIdentifier>([^<]+)<", found[0])[1]), {})
            one = found[0]
            if sent.get("EnablePerformanceInsights") == "true":
                one = re.sub(r"<PerformanceInsights(Enabled|KMSKeyId|RetentionPeriod)>[^<]*</PerformanceInsights\1>", "", one)
                told = {"PerformanceInsightsEnabled": "true", "PerformanceInsightsKMSKeyId": sent.get("PerformanceInsightsKMSKeyId"), "PerformanceInsightsRetentionPeriod": sent.get("PerformanceInsightsRetentionPeriod", "7")}
                one = one.replace("</DBInstance>", "".join(f"<{key}>{value}</{key}>" for key, value in told.items() if value) + "</DBInstance>")
            return one
        text = re.sub(r"<DBInstance>.*?</DBInstance>", complete, text, flags=re.S)
    return text.encode()


def ec2(action, method, path, query, body, answer):
    form = form_of(body); action = form.get("Action", "")
    found = re.match(r"AuthorizeSecurityGroup(In|E)gress$", action)
    if not found and action != "DescribeSecurityGroupRules": return answer
    text = answer.decode()
    description = next((form[key] for key in form if re.match(r"IpPermissions\.1\..*\.1\.Description$", key)), None)
    if found and description:
        for rule in re.findall(r"<securityGroupRuleId>([^<]+)<", text): SENT["ec2", rule] = description
    def complete(one):
        description = SENT.get(("ec2", one[1]))
        return one[0] + (f"<description>{escape(description)}</description>" if description else "")
    # An item says so itself only where the rule names an address range.
    items = re.split(r"(?=<item>\s*<securityGroupRuleId>)", text)
    return "".join(item if "<description>" in item else re.sub(r"<securityGroupRuleId>([^<]+)</securityGroupRuleId>", complete, item) for item in items).encode()


def s3(action, method, path, query, body, answer):
    asked = query.split("&")[0].rstrip("="); bucket = path.strip("/")
    if asked == "replication":
        if method == "PUT": SENT["s3 replication", bucket] = body
        return SENT.get(("s3 replication", bucket), answer) if method == "GET" else answer
    if asked != "notification": return answer
    if method == "PUT": SENT["s3", bucket] = b"<EventBridgeConfiguration" in body
    elif method == "GET" and SENT.get(("s3", bucket)) and b"<EventBridgeConfiguration" not in answer:
        if b"</NotificationConfiguration>" not in answer: return b"<NotificationConfiguration><EventBridgeConfiguration/></NotificationConfiguration>"
        return answer.replace(b"</NotificationConfiguration>", b"<EventBridgeConfiguration/></NotificationConfiguration>")
    return answer


def backup(action, method, path, query, body, answer):
    if method == "PUT" and re.match(r"^/backup(-vaults/[^/]+|/plans/?)$", path):
        sent, said = json.loads(body), json.loads(answer)
        arn = said.get("BackupVaultArn") or said.get("BackupPlanArn"); SENT["backup", arn] = sent.get("BackupVaultTags") or sent.get("BackupPlanTags") or {}
    elif method == "GET" and path.startswith("/tags/"):
        arn = path[len("/tags/"):].rstrip("/"); said = json.loads(answer)
        return json.dumps({**said, "Tags": {**SENT.get(("backup", arn), {}), **said.get("Tags", {})}}).encode()
    return answer


def dynamodb(region, account, action, answer):
    if action != "DescribeTable": return answer
    said = json.loads(answer)
    return json.dumps({"Table": stores.with_replicas(account, region, said["Table"])}).encode()


SERVICES = {"backup": backup, "dynamodb": dynamodb, "acm": acm, "kms": kms, "elasticache": elasticache, "rds": rds, "ec2": ec2, "s3": s3}
SERVICES.update(clients.FORGOTTEN)
SERVICES.update(delivery.FORGOTTEN)
