"""APIs that moto lacks, as far as Terraform's AWS provider calls them: CloudFront policies, ElastiCache parameter and user
groups, Access Analyzer, Shield Advanced (shield.py), what delivery stands on (delivery.py), Global Accelerator (accelerators.py), and the stores of stores.py. State is kept by account and region for as long as the simulator runs."""
import json, re, time, uuid
from urllib.parse import parse_qs
from xml.sax.saxutils import escape
import accelerators, clients, delivery, shield, stores

STATE = {}


def answer(service, region, account, method, path, target, body):
    """Answers a request that is one of ours with (status, headers, bytes); None for what moto is to answer."""
    own = STATE.setdefault((service, "" if service == "cloudfront" else region, account), {})
    return SERVICES[service](own, region, account, method, path, target, body)


def xml(text, status="200 OK", headers=()):
    return status, [("Content-Type", "text/xml"), *headers], text.encode()


# CloudFront policies: what was sent is what is read
POLICIES = {"cache-policy": "CachePolicy", "origin-request-policy": "OriginRequestPolicy", "response-headers-policy": "ResponseHeadersPolicy"}


def cloudfront(own, region, account, method, path, target, body):
    match = re.match(r"^/2020-05-31/(cache-policy|origin-request-policy|response-headers-policy)(?:/([^/]+))?(?:/config)?$", path)
    if not match: return delivery.cloudfront(own, account, method, path, body)
    kind, policy_id = match.groups(); name = POLICIES[kind]
    if method == "POST": policy_id = str(uuid.uuid4())
    if method in ("POST", "PUT"): own[policy_id] = re.sub(r"^\s*<\?xml[^>]*\?>", "", body.decode())
    if policy_id not in own: return xml(f"<ErrorResponse><Error><Type>Sender</Type><Code>NoSuch{name}</Code><Message>{policy_id}</Message></Error></ErrorResponse>", "404 Not Found")
    if method == "DELETE": own.pop(policy_id); return xml("", "204 No Content")
    document = f"<{name}><Id>{policy_id}</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>{own[policy_id]}</{name}>"
    return xml(document, "201 Created" if method == "POST" else "200 OK", [("ETag", "E1")])


# ElastiCache parameter and user groups
def elasticache(own, region, account, method, path, target, body):
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
    action = form.get("Action", "")
    def reply(result): return xml(f'<{action}Response xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{action}Response>')
    def missing(code): return xml(f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>not found</Message></Error></ErrorResponse>", "404 Not Found")
    def listed(prefix): return [form[key] for key in sorted((key for key in form if re.match(rf"{prefix}\.(?:member\.|\w+\.)?\d+$", key)), key=lambda key: int(key.rsplit(".", 1)[1]))]
    arn = lambda kind, name: f"arn:aws:elasticache:{region}:{account}:{kind}:{name}"
    if action == "ListTagsForResource" and re.search(r":(parametergroup|usergroup):", form.get("ResourceName", "")):
        tags = own.get(form["ResourceName"], {}).get("tags", {})
        return reply("<TagList>" + "".join(f"<Tag><Key>{escape(key)}</Key><Value>{escape(value)}</Value></Tag>" for key, value in tags.items()) + "</TagList>")
    tags = {form[key]: form.get(key[: -len("Key")] + "Value", "") for key in form if re.match(r"Tags\.(?:member|Tag)\.\d+\.Key$", key)}
    known = stores.memcached(own, region, account, form, reply, tags, listed)
    if known: return known
    if "CacheParameter" in action:
        name = form.get("CacheParameterGroupName", ""); key = arn("parametergroup", name)
        if action == "CreateCacheParameterGroup": own[key] = {"family": form["CacheParameterGroupFamily"], "description": form.get("Description", ""), "parameters": {}, "tags": tags}
        if key not in own: return missing("CacheParameterGroupNotFound") if name else None
        group = own[key]
        if action in ("ModifyCacheParameterGroup", "ResetCacheParameterGroup"):
            for field in form:
                found = re.match(r"(ParameterNameValues\.\w+\.\d+)\.ParameterName$", field)
                if found: group["parameters"][form[field]] = form.get(f"{found[1]}.ParameterValue", "")
            return reply(f"<CacheParameterGroupName>{name}</CacheParameterGroupName>")
        if action == "DeleteCacheParameterGroup": own.pop(key); return reply("")
        if action == "DescribeCacheParameters":
            return reply("<Parameters>" + "".join(f"<Parameter><ParameterName>{escape(field)}</ParameterName><ParameterValue>{escape(value)}</ParameterValue><Source>user</Source><IsModifiable>true</IsModifiable></Parameter>" for field, value in group["parameters"].items()) + "</Parameters>")
        document = f"<CacheParameterGroupName>{name}</CacheParameterGroupName><CacheParameterGroupFamily>{group['family']}</CacheParameterGroupFamily><Description>{escape(group['description'])}</Description><IsGlobal>false</IsGlobal><ARN>{key}</ARN>"
        return reply(f"<CacheParameterGroup>{document}</CacheParameterGroup>" if action == "CreateCacheParameterGroup" else f"<CacheParameterGroups><CacheParameterGroup>{document}</CacheParameterGroup></CacheParameterGroups>")
    if "UserGroup" in action:
        name = form.get("UserGroupId", ""); key = arn("usergroup", name)
        if action == "CreateUserGroup": own[key] = {"engine": form["Engine"], "users": listed("UserIds"), "tags": tags}
        if key not in own: return missing("UserGroupNotFound")
        group = own[key]
        if action == "ModifyUserGroup":
            gone = listed("UserIdsToRemove"); group["users"] = [user for user in group["users"] if user not in gone] + listed("UserIdsToAdd")
        document = f"<UserGroupId>{name}</UserGroupId><Status>active</Status><Engine>{group['engine']}</Engine><UserIds>" + "".join(f"<member>{user}</member>" for user in group["users"]) + f"</UserIds><MinimumEngineVersion>6.0</MinimumEngineVersion><ARN>{key}</ARN>"
        if action == "DeleteUserGroup": own.pop(key)
        return reply(f"<UserGroups><member>{document}</member></UserGroups>" if action == "DescribeUserGroups" else document)
    if action == "DeleteCacheSubnetGroup":
        from moto.elasticache.models import elasticache_backends
        elasticache_backends[account][region].cache_subnet_groups.pop(form.get("CacheSubnetGroupName"), None); return reply("")
    # Members of a replication group: the provider reads from one of them what the group itself does not say
    if action == "CreateReplicationGroup": own[f"group {form['ReplicationGroupId']}"] = form
    member = re.match(r"^(.+)-\d{4}-\d{3}$", form.get("CacheClusterId", ""))
    if action == "DescribeCacheClusters" and member and f"group {member[1]}" in own:
        sent = own[f"group {member[1]}"]
        groups = [sent[key] for key in sorted(sent) if key.startswith("SecurityGroupIds.")]
        fields = {"CacheClusterId": form["CacheClusterId"], "CacheClusterStatus": "available", "CacheNodeType": sent.get("CacheNodeType", ""), "Engine": sent.get("Engine", "redis"), "EngineVersion": f"{sent.get('EngineVersion', '7.0')}.0" if sent.get("EngineVersion", "").count(".") == 1 else sent.get("EngineVersion", ""), "PreferredMaintenanceWindow": sent.get("PreferredMaintenanceWindow", ""), "CacheSubnetGroupName": sent.get("CacheSubnetGroupName", ""), "AutoMinorVersionUpgrade": sent.get("AutoMinorVersionUpgrade", "true"), "ReplicationGroupId": member[1], "SnapshotWindow": sent.get("SnapshotWindow", ""), "ARN": arn("cluster", form["CacheClusterId"]), **{key: sent[key] for key in ("AtRestEncryptionEnabled", "TransitEncryptionEnabled", "TransitEncryptionMode") if key in sent}}
        return reply("<CacheClusters><CacheCluster>" + "".join(f"<{key}>{escape(value)}</{key}>" for key, value in fields.items()) + f"<CacheParameterGroup><CacheParameterGroupName>{sent.get('CacheParameterGroupName', '')}</CacheParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus></CacheParameterGroup><SecurityGroups>" + "".join(f"<member><SecurityGroupId>{group}</SecurityGroupId><Status>active</Status></member>" for group in groups) + "</SecurityGroups></CacheCluster></CacheClusters>")
    return None


# Access Analyzer
def access_analyzer(own, region, account, method, path, target, body):
    def reply(value, status="200 OK"): return status, [("Content-Type", "application/json")], json.dumps(value).encode()
    if path.startswith("/tags/"): return reply({"tags": {}})
    match = re.match(r"^/analyzer(?:/([^/]+))?$", path)
    if not match: return None
    if method == "PUT" and not match[1]:
        sent = json.loads(body); name = sent["analyzerName"]
        own[name] = {"arn": f"arn:aws:access-analyzer:{region}:{account}:analyzer/{name}", "name": name, "type": sent["type"], "status": "ACTIVE", "createdAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "tags": sent.get("tags") or {}}
        return reply({"arn": own[name]["arn"]})
    if match[1] not in own: return "404 Not Found", [("Content-Type", "application/json"), ("x-amzn-errortype", "ResourceNotFoundException")], b'{"message":"not found"}'
    if method == "DELETE": own.pop(match[1]); return reply({})
    return reply({"analyzer": own[match[1]]})


# Regions that an account opts into: at once
def regions(own, region, account, method, path, target, body):
    sent = json.loads(body or b"{}"); name = sent.get("RegionName", ""); statuses = own.setdefault("regions", {})
    if path == "/enableRegion": statuses[name] = "ENABLED"
    elif path == "/disableRegion": statuses[name] = "DISABLED"
    elif path != "/getRegionOptStatus": return None
    answered = {} if path != "/getRegionOptStatus" else {"RegionName": name, "RegionOptStatus": statuses.get(name, "DISABLED")}
    return "200 OK", [("Content-Type", "application/json")], json.dumps(answered).encode()


# Capacity held ready for a load balancer: what was asked for is there
def load_balancing(own, region, account, method, path, target, body):
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}; action = form.get("Action", "")
    if not action.endswith("CapacityReservation"): return None
    arn = form.get("LoadBalancerArn", ""); kept = own.setdefault("capacity", {})
    if action == "ModifyCapacityReservation":
        kept.pop(arn, None)
        if form.get("ResetCapacityReservation") != "true": kept[arn] = form.get("MinimumLoadBalancerCapacity.CapacityUnits", "0")
    held = f"<MinimumLoadBalancerCapacity><CapacityUnits>{kept[arn]}</CapacityUnits></MinimumLoadBalancerCapacity>" if arn in kept else ""
    result = f"{held}<CapacityReservationState><member><State><Code>provisioned</Code></State></member></CapacityReservationState>"
    return xml(f'<{action}Response xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><{action}Result>{result}</{action}Result><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata></{action}Response>')


def by_target(handler):
    """An API whose action is in a header."""
    return lambda own, region, account, method, path, target, body: handler(own, region, account, target.rsplit(".", 1)[-1], json.loads(body or b"{}"))


def kafka(own, region, account, method, path, target, body):
    from moto.kafka.models import kafka_backends
    named = re.match(r"^(?:/api)?/v[12]/clusters/(arn:.+)$", path)
    if named and not any(f"{named[1]}/".startswith(f"{arn}/") for arn in kafka_backends[account][region].clusters): return stores.missing("NotFoundException", named[1])
    return stores.msk_configurations(own, region, account, method, path, body)


def profile(own, region, account, method, path, target, body):
    return stores.customer_profiles(own, region, account, method, path, body)


def backup(own, region, account, method, path, target, body):
    return stores.backup_selections(own, region, account, method, path, body)


SERVICES = {
    "account": regions, "elasticloadbalancing": load_balancing,
    "backup": backup, "dynamodb": by_target(stores.dynamodb_replicas),
    "cloudfront": cloudfront, "elasticache": elasticache, "access-analyzer": access_analyzer, "kafka": kafka,
    "cassandra": by_target(stores.keyspaces), "timestream-influxdb": by_target(stores.influxdb),
    "profile": profile, "shield": by_target(shield.shield), "globalaccelerator": by_target(accelerators.accelerators),
}
SERVICES.update(clients.SERVICES)
SERVICES.update(delivery.SERVICES)
