"""What moto accepts and then forgets, put back into its answers, so that a second plan is as empty as on AWS."""
import json, re
from urllib.parse import parse_qs

SENT = {}
SERVICES = ("acm", "kms", "elasticache")


def put_back(service, target, body, answer):
    """Remembers what a request asks for, and completes an answer that lacks it. Both are bytes."""
    action = target.rsplit(".", 1)[-1]
    if service == "acm" and action in ("RequestCertificate", "DescribeCertificate"):
        sent, said = json.loads(body), json.loads(answer)
        if action == "RequestCertificate": SENT["acm", said["CertificateArn"]] = sent.get("KeyAlgorithm")
        algorithm = SENT.get(("acm", sent.get("CertificateArn")))
        if action == "DescribeCertificate" and algorithm: said["Certificate"]["KeyAlgorithm"] = algorithm
        return json.dumps(said).encode()
    if service == "kms" and action in ("EnableKeyRotation", "GetKeyRotationStatus"):
        sent = json.loads(body); key = sent.get("KeyId", "").rsplit("/", 1)[-1]
        if action == "EnableKeyRotation": SENT["kms", key] = sent.get("RotationPeriodInDays", 365); return answer
        said = json.loads(answer)
        if said.get("KeyRotationEnabled"): said["RotationPeriodInDays"] = SENT.get(("kms", key), 365)
        return json.dumps(said).encode()
    if service == "elasticache":
        form = {key: values[0] for key, values in parse_qs(body.decode()).items()}; action = form.get("Action")
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
