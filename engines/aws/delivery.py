"""What delivery stands on and moto lacks, as far as Terraform's AWS provider calls it: functions, key-value stores and added
metrics of CloudFront, and keys that sign a zone of Route 53. What was sent is what is read, also the whole of a distribution."""
import json, re, uuid

SENT = {}
NOW = "<CreatedTime>2026-01-01T00:00:00Z</CreatedTime><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>"


def xml(text, status="200 OK", headers=()):
    return status, [("Content-Type", "text/xml"), *headers], text.encode()


def missing(code, what):
    return xml(f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{what}</Message></Error></ErrorResponse>", "404 Not Found")


def inside(name, body):
    found = re.search(rf"<{name}(?:\s[^>]*)?>(.*?)</{name}>", body.decode(), re.S)
    return found[1] if found else ""


def cloudfront(own, account, method, path, body):
    distribution(method, path, body)
    for pattern, handler in ((r"^/2020-05-31/function(?:/([^/]+))?(?:/(describe|publish))?$", function), (r"^/2020-05-31/key-value-store(?:/([^/]+))?$", store), (r"^/2020-05-31/distributions/([^/]+)/monitoring-subscription/?$", metrics)):
        found = re.match(pattern, path)
        if found: return handler(own, account, method, body, *found.groups())
    return None


def function(own, account, method, body, name, what):
    if method == "POST" and not name: name = inside("Name", body)
    key = ("function", name)
    if method in ("POST", "PUT") and what is None: own[key] = {"config": inside("FunctionConfig", body), "code": inside("FunctionCode", body), "version": uuid.uuid4().hex}
    if key not in own: return missing("NoSuchFunctionExists", name)
    one = own[key]; tag = [("ETag", one["version"])]
    if method == "DELETE": own.pop(key); return xml("", "204 No Content")
    if method == "GET" and what is None:
        import base64
        return "200 OK", [("Content-Type", "application/octet-stream"), *tag], base64.b64decode(one["code"])
    metadata = f"<FunctionMetadata><FunctionARN>arn:aws:cloudfront::{account}:function/{name}</FunctionARN><Stage>LIVE</Stage>{NOW}</FunctionMetadata>"
    return xml(f"<FunctionSummary><Name>{name}</Name><Status>UNASSOCIATED</Status><FunctionConfig>{one['config']}</FunctionConfig>{metadata}</FunctionSummary>", "201 Created" if method == "POST" and what is None else "200 OK", tag)


def store(own, account, method, body, name):
    if method == "POST": name = inside("Name", body)
    key = ("store", name)
    if method == "POST": own[key] = {"id": str(uuid.uuid4()), "comment": inside("Comment", body)}
    if key not in own: return missing("EntityNotFound", name)
    one = own[key]
    if method == "PUT": one["comment"] = inside("Comment", body)
    if method == "DELETE": own.pop(key); return xml("", "204 No Content")
    return xml(f"<KeyValueStore><Name>{name}</Name><Id>{one['id']}</Id><Comment>{one['comment']}</Comment><ARN>arn:aws:cloudfront::{account}:key-value-store/{one['id']}</ARN><Status>READY</Status><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime></KeyValueStore>", "201 Created" if method == "POST" else "200 OK", [("ETag", "E1")])


def metrics(own, account, method, body, one):
    key = ("metrics", one)
    if method == "POST": own[key] = inside("MonitoringSubscription", body)
    if key not in own: return missing("NoSuchMonitoringSubscription", one)
    if method == "DELETE": own.pop(key); return xml("")
    return xml(f"<MonitoringSubscription>{own[key]}</MonitoringSubscription>")


# Distributions: moto keeps a part of what it is sent; whose an answer is, its caller's reference says. AWS adds that there are no groups
NO_GROUPS = "<OriginGroups><Quantity>0</Quantity></OriginGroups>"


def distribution(method, path, body):
    if method not in ("POST", "PUT") or not re.match(r"^/2020-05-31/distribution(?:/[^/]+/config)?$", path): return
    config = inside("DistributionConfig", body)
    SENT[inside("CallerReference", body)] = config if "<OriginGroups>" in config else config + NO_GROUPS


def remembered(action, method, path, query, body, answer):
    reference = inside("CallerReference", answer)
    if not path.startswith("/2020-05-31/distribution") or reference not in SENT: return answer
    return re.sub(r"(<DistributionConfig(?:\s[^>]*)?>).*(</DistributionConfig>)", lambda one: one[1] + SENT[reference] + one[2], answer.decode(), flags=re.S).encode()


# Keys that sign a zone
def route53(own, region, account, method, path, target, body):
    change = "<ChangeInfo><Id>/change/C1</Id><Status>INSYNC</Status><SubmittedAt>2026-01-01T00:00:00Z</SubmittedAt></ChangeInfo>"
    if path == "/2013-04-01/keysigningkey" and method == "POST":
        zone, name = inside("HostedZoneId", body).rsplit("/", 1)[-1], inside("Name", body)
        own[zone, name] = {"arn": inside("KeyManagementServiceArn", body), "status": inside("Status", body)}
        return xml(f"<CreateKeySigningKeyResponse>{change}{signer(name, own[zone, name])}</CreateKeySigningKeyResponse>", "201 Created", [("Location", f"/2013-04-01/keysigningkey/{zone}/{name}")])
    found = re.match(r"^/2013-04-01/keysigningkey/([^/]+)/([^/]+)(?:/(activate|deactivate))?$", path)
    if found:
        zone, name, what = found.groups()
        if (zone, name) not in own: return missing("NoSuchKeySigningKey", name)
        if method == "DELETE": own.pop((zone, name)); return xml(f"<DeleteKeySigningKeyResponse>{change}</DeleteKeySigningKeyResponse>")
        own[zone, name]["status"] = "ACTIVE" if what == "activate" else "INACTIVE"
        return xml(f"<Response>{change}</Response>")
    found = re.match(r"^/2013-04-01/hostedzone/([^/]+)/(dnssec|enable-dnssec|disable-dnssec)$", path)
    if not found: return None
    zone, what = found.groups()
    if what != "dnssec": own["signed", zone] = what == "enable-dnssec"; return xml(f"<Response>{change}</Response>")
    if not any(key[0] == zone for key in own): return None
    keys = "".join(f"<member>{signer(key[1], one, '')}</member>" for key, one in own.items() if key[0] == zone)
    status = "SIGNING" if own.get(("signed", zone)) else "NOT_SIGNING"
    return xml(f"<GetDNSSECResponse><Status><ServeSignature>{status}</ServeSignature></Status><KeySigningKeys>{keys}</KeySigningKeys></GetDNSSECResponse>")


def signer(name, one, tag="KeySigningKey"):
    digest = "AB" * 32
    fields = f"<Name>{name}</Name><KmsArn>{one['arn']}</KmsArn><Flag>257</Flag><SigningAlgorithmMnemonic>ECDSAP256SHA256</SigningAlgorithmMnemonic><SigningAlgorithmType>13</SigningAlgorithmType><DigestAlgorithmMnemonic>SHA-256</DigestAlgorithmMnemonic><DigestAlgorithmType>2</DigestAlgorithmType><KeyTag>12345</KeyTag><DigestValue>{digest}</DigestValue><PublicKey>key</PublicKey><DSRecord>12345 13 2 {digest}</DSRecord><DNSKEYRecord>257 3 13 key</DNSKEYRecord><Status>{one['status']}</Status><CreatedDate>2026-01-01T00:00:00Z</CreatedDate><LastModifiedDate>2026-01-01T00:00:00Z</LastModifiedDate>"
    return f"<{tag}>{fields}</{tag}>" if tag else fields


# Private authorities: moto takes what they are for and says another use
def authorities(action, method, path, query, body, answer):
    if action not in ("CreateCertificateAuthority", "DescribeCertificateAuthority"): return answer
    sent, said = json.loads(body), json.loads(answer)
    if action.startswith("Create"): SENT[said["CertificateAuthorityArn"]] = sent.get("UsageMode", "GENERAL_PURPOSE")
    else: said["CertificateAuthority"]["UsageMode"] = SENT.get(sent["CertificateAuthorityArn"], "GENERAL_PURPOSE")
    return json.dumps(said).encode()


# Endpoints that resolve: moto takes what they speak and says nothing of it
def resolvers(action, method, path, query, body, answer):
    if action not in ("CreateResolverEndpoint", "GetResolverEndpoint"): return answer
    sent, said = json.loads(body), json.loads(answer); one = said["ResolverEndpoint"]
    if action.startswith("Create"): SENT[one["Id"]] = sent.get("Protocols") or ["Do53"]
    one["Protocols"] = SENT.get(one["Id"], ["Do53"])
    return json.dumps(said).encode()


SERVICES = {"route53": route53}
FORGOTTEN = {"cloudfront": remembered, "acm-pca": authorities, "route53resolver": resolvers}


# Logs of queries: AWS takes the ARN of a group with and without the star of its streams, moto only with it
def _logs_of_queries():
    from moto.route53.models import Route53Backend
    known = Route53Backend.create_query_logging_config
    def create(self, hosted_zone_id, log_group_arn):
        made = known(self, hosted_zone_id, log_group_arn.removesuffix(":*") + ":*"); made.cloud_watch_logs_log_group_arn = log_group_arn
        return made
    Route53Backend.create_query_logging_config = create


_logs_of_queries()
