"""Stores that moto lacks, as far as Terraform's AWS provider calls them: Keyspaces, Timestream for InfluxDB, Memcached,
Customer Profiles, configurations of MSK, selections of Backup, replicas of DynamoDB tables, and DocumentDB, which is RDS under another name. State is kept for as long as the simulator runs."""
import copy, json, re, time, uuid
import moto.rds.models as rds, moto.rds.responses as responses
from moto.rds.utils import ClusterEngine, DbInstanceEngine


def reply(value, status="200 OK"):
    return status, [("Content-Type", "application/x-amz-json-1.1")], json.dumps(value, default=lambda one: one.timestamp()).encode()


def missing(code, what):
    return "404 Not Found", [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-errortype", code)], json.dumps({"__type": code, "message": f"{what} not found"}).encode()


# Keyspaces: what was sent is what is read, and is active at once
def keyspaces(own, region, account, action, sent):
    keyspace = sent.get("keyspaceName", ""); table = sent.get("tableName")
    arn = f"arn:aws:cassandra:{region}:{account}:/keyspace/{keyspace}/" + (f"table/{table}" if table else "")
    if action in ("CreateKeyspace", "CreateTable"):
        own[arn] = dict(sent, resourceArn=arn, status="ACTIVE")
        return reply({"resourceArn": arn})
    if action == "ListTagsForResource": return reply({"tags": own.get(sent["resourceArn"], {}).get("tags", [])})
    if action == "TagResource":
        one = own[sent["resourceArn"]]; new = {tag["key"] for tag in sent["tags"]}
        one["tags"] = [tag for tag in one.get("tags", []) if tag["key"] not in new] + sent["tags"]
        return reply({})
    if arn not in own: return missing("ResourceNotFoundException", arn)
    if action in ("DeleteKeyspace", "DeleteTable"): own.pop(arn); return reply({})
    if action == "UpdateTable": own[arn].update(sent); return reply({"resourceArn": arn})
    one = own[arn]
    if action == "GetKeyspace": return reply({"keyspaceName": keyspace, "resourceArn": arn, "replicationStrategy": one.get("replicationSpecification", {}).get("replicationStrategy", "SINGLE_REGION")})
    if action == "GetTable":
        defaults = {"capacitySpecification": {"throughputMode": "PAY_PER_REQUEST"}, "encryptionSpecification": {"type": "AWS_OWNED_KMS_KEY"}, "pointInTimeRecovery": {"status": "DISABLED"}, "comment": {"message": ""}}
        return reply({**defaults, **{key: value for key, value in one.items() if key != "tags"}})
    return None


# Timestream for InfluxDB
def influxdb(own, region, account, action, sent):
    arn_of = lambda one: f"arn:aws:timestream-influxdb:{region}:{account}:db-instance/{one}"
    if action == "CreateDbInstance":
        one = "i" + uuid.uuid4().hex[:9]
        own[one] = {"networkType": "IPV4", "port": 8086, "deploymentType": "SINGLE_AZ", "publiclyAccessible": False,
                    **{key: value for key, value in sent.items() if key not in ("password", "username", "organization", "bucket")},
                    "id": one, "arn": arn_of(one), "status": "AVAILABLE", "availabilityZone": f"{region}a", "endpoint": f"{one}.timestream-influxdb.{region}.on.aws",
                    "influxAuthParametersSecretArn": f"arn:aws:secretsmanager:{region}:{account}:secret:READONLY-InfluxDB-auth-parameters-{one}-AbCdEf"}
        return reply(own[one])
    if action == "ListTagsForResource": return reply({"tags": own.get(sent["resourceArn"].rsplit("/", 1)[-1], {}).get("tags", {})})
    if action == "TagResource": own[sent["resourceArn"].rsplit("/", 1)[-1]].setdefault("tags", {}).update(sent["tags"]); return reply({})
    one = sent.get("identifier", "")
    if action not in ("GetDbInstance", "UpdateDbInstance", "DeleteDbInstance"): return None
    if one not in own: return missing("ResourceNotFoundException", one)
    if action == "UpdateDbInstance": own[one].update({key: value for key, value in sent.items() if key != "identifier"})
    return reply(own.pop(one) if action == "DeleteDbInstance" else own[one])


# Customer Profiles: what was sent is what is read
def customer_profiles(own, region, account, method, path, body):
    sent = json.loads(body or b"{}")
    if path.startswith("/tags/"):
        tags = own.get(path[6:].rsplit("/", 1)[-1], {}).setdefault("Tags", {})
        if method == "POST": tags.update(sent.get("tags") or {})
        return reply({"tags": tags})
    match = re.match(r"^/domains/([^/]+)$", path)
    if not match: return None
    name = match[1]; now = time.time()
    if method == "POST": own[name] = {"CreatedAt": now, "DomainName": name}
    if name not in own: return missing("ResourceNotFoundException", name)
    if method == "DELETE": own.pop(name); return reply({"Message": "deleted"})
    if method in ("POST", "PUT"):
        own[name].update(sent, LastUpdatedAt=now)
        if "RuleBasedMatching" in own[name]: own[name]["RuleBasedMatching"].setdefault("Status", "ACTIVE")
    return reply(own[name])


# Memcached: clusters of nodes with one endpoint, which moto does not tell
def memcached(own, region, account, form, reply, tags, listed):
    action = form.get("Action", ""); name = form.get("CacheClusterId", "")
    arn = f"arn:aws:elasticache:{region}:{account}:cluster:{name}"
    if action == "CreateCacheCluster" and form.get("Engine") == "memcached": own[arn] = {"form": dict(form), "groups": listed("SecurityGroupIds"), "zones": listed("PreferredAvailabilityZones"), "tags": tags}
    known = own.get(form.get("ResourceName", "") if action == "ListTagsForResource" else arn)
    if known is None or "form" not in known: return None
    if action == "ListTagsForResource": return reply("<TagList>" + "".join(f"<Tag><Key>{key}</Key><Value>{value}</Value></Tag>" for key, value in known["tags"].items()) + "</TagList>")
    if action == "ModifyCacheCluster": known["form"].update(form)
    if action == "DeleteCacheCluster": own.pop(arn)
    sent = known["form"]; port = sent.get("Port", "11211"); host = f"{name}.abc123.cfg.{region}.cache.amazonaws.com"
    nodes = "".join(f"<CacheNode><CacheNodeId>{index + 1:04}</CacheNodeId><CacheNodeStatus>available</CacheNodeStatus><Endpoint><Address>{name}.abc123.{index + 1:04}.{region}.cache.amazonaws.com</Address><Port>{port}</Port></Endpoint><CustomerAvailabilityZone>{(known['zones'] or [region + 'a'])[index % max(1, len(known['zones']))]}</CustomerAvailabilityZone></CacheNode>" for index in range(int(sent.get("NumCacheNodes", 1))))
    fields = {"CacheClusterId": name, "CacheClusterStatus": "available", "CacheNodeType": sent.get("CacheNodeType", ""), "Engine": "memcached", "EngineVersion": sent.get("EngineVersion", ""), "NumCacheNodes": sent.get("NumCacheNodes", "1"), "PreferredAvailabilityZone": "Multiple" if sent.get("AZMode") == "cross-az" else f"{region}a", "PreferredMaintenanceWindow": sent.get("PreferredMaintenanceWindow", ""), "CacheSubnetGroupName": sent.get("CacheSubnetGroupName", ""), "AutoMinorVersionUpgrade": "true", "TransitEncryptionEnabled": sent.get("TransitEncryptionEnabled", "false"), "NetworkType": "ipv4", "IpDiscovery": "ipv4", "ARN": arn}
    document = "<CacheCluster>" + "".join(f"<{key}>{value}</{key}>" for key, value in fields.items()) + f"<ConfigurationEndpoint><Address>{host}</Address><Port>{port}</Port></ConfigurationEndpoint><CacheNodes>{nodes}</CacheNodes><CacheParameterGroup><CacheParameterGroupName>{sent.get('CacheParameterGroupName', '')}</CacheParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus></CacheParameterGroup><SecurityGroups>" + "".join(f"<member><SecurityGroupId>{group}</SecurityGroupId><Status>active</Status></member>" for group in known["groups"]) + "</SecurityGroups></CacheCluster>"
    return reply(f"<CacheClusters>{document}</CacheClusters>" if action == "DescribeCacheClusters" else document)


# Configurations of MSK: revisions that are never changed
def msk_configurations(own, region, account, method, path, body):
    match = re.match(r"^/v1/configurations(?:/(arn:.+?)(?:/revisions(?:/(\d+))?)?)?$", path)
    if not match: return None
    arn, revision = match.groups(); sent = json.loads(body or b"{}"); now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    latest = lambda one: {key: one["revisions"][-1].get(key) for key in ("creationTime", "description", "revision")}
    made = lambda number: {"revision": number, "creationTime": now, "description": sent.get("description", ""), "serverProperties": sent["serverProperties"]}
    if method == "POST":
        arn = f"arn:aws:kafka:{region}:{account}:configuration/{sent['name']}/{uuid.uuid4()}-1"
        own[arn] = {"arn": arn, "name": sent["name"], "kafkaVersions": sent.get("kafkaVersions", []), "description": sent.get("description", ""), "creationTime": now, "revisions": [made(1)]}
    if arn not in own: return "400 Bad Request", [("Content-Type", "application/json"), ("x-amzn-errortype", "BadRequestException")], b'{"message": "Configuration ARN does not exist"}'
    one = own[arn]
    if method == "PUT": one["revisions"].append(made(len(one["revisions"]) + 1))
    if method == "DELETE": own.pop(arn); return reply({"arn": arn, "state": "DELETING"})
    if revision: return reply({"arn": arn, **one["revisions"][int(revision) - 1]})
    return reply({**{key: value for key, value in one.items() if key != "revisions"}, "state": "ACTIVE", "latestRevision": latest(one)})


# DocumentDB: clusters and instances of RDS with an engine of their own
_clusters, _instances = ClusterEngine.list_cluster_engines, DbInstanceEngine.valid_db_instance_engine
ClusterEngine.list_cluster_engines = classmethod(lambda cls: [*_clusters(), "docdb"])
DbInstanceEngine.valid_db_instance_engine = classmethod(lambda cls: [*_instances(), "docdb"])
def _docdb(of, name, value):
    known = getattr(of, name)
    setattr(of, name, staticmethod(lambda engine, *rest, **named: value if engine == "docdb" else known(engine, *rest, **named)))
for _of in (rds.DBCluster, rds.DBInstance):
    _docdb(_of, "default_port", 27017)
_allocated = rds.DBCluster.default_allocated_storage
rds.DBCluster.default_allocated_storage = staticmethod(lambda engine, storage_type: 0 if engine == "docdb" else _allocated(engine, storage_type))
# Neptune: clusters of RDS that take IAM without being Aurora's
_made = rds.DBCluster.__init__
def _cluster(self, *args, **named):
    iam = named.pop("enable_iam_database_authentication", False) if named.get("engine") == "neptune" else False
    _made(self, *args, **named)
    if iam: self.iam_auth = True
rds.DBCluster.__init__ = _cluster
# A global cluster is found by its name, and knows its database and tags
def _global_clusters(self):
    wanted = self.params.get("GlobalClusterIdentifier"); found = self.global_backend.describe_global_clusters()
    return responses.ActionResult({"GlobalClusters": [one for one in found if wanted in (None, one.global_cluster_identifier)]})
_create_global = responses.RDSResponse.create_global_cluster
def _create_global_cluster(self):
    answer = _create_global(self); one = self.global_backend.global_clusters[self.params["GlobalClusterIdentifier"]]
    one.database_name = self.params.get("DatabaseName"); one.tags = self.params.get("Tags") or []
    return answer
responses.RDSResponse.describe_global_clusters, responses.RDSResponse.create_global_cluster = _global_clusters, _create_global_cluster


# Selections of Backup: what was sent is what is read
def backup_selections(own, region, account, method, path, body):
    match = re.match(r"^/backup/plans/([^/]+)/selections(?:/([^/]+))?/?$", path)
    if not match: return None
    plan, selection = match.groups()
    if method == "PUT":
        selection = str(uuid.uuid4()); own[selection] = {"BackupPlanId": plan, "SelectionId": selection, "CreationDate": time.time(), "BackupSelection": json.loads(body)["BackupSelection"]}
        return reply({key: own[selection][key] for key in ("BackupPlanId", "SelectionId", "CreationDate")})
    if selection is None: return reply({"BackupSelectionsList": [{"BackupPlanId": plan, "SelectionId": key, "SelectionName": one["BackupSelection"]["SelectionName"]} for key, one in own.items() if one["BackupPlanId"] == plan]})
    if selection not in own: return missing("ResourceNotFoundException", selection)
    return reply({} if own.pop(selection) else {}) if method == "DELETE" else reply(own[selection])


# Replicas: a table of the same name in the replica's region, and a list of them with the first
REPLICAS = {}


def dynamodb_replicas(own, region, account, action, sent):
    if action != "UpdateTable" or not sent.get("ReplicaUpdates"): return None
    from moto.dynamodb.models import dynamodb_backends
    name = sent["TableName"].rsplit("/", 1)[-1]; table = dynamodb_backends[account][region].tables[name]
    known = REPLICAS.setdefault((account, region, name), {})
    for update in sent["ReplicaUpdates"]:
        kind, replica = next(iter(update.items())); there = dynamodb_backends[account][replica["RegionName"]]
        if kind == "Delete":
            known.pop(replica["RegionName"], None); there.tables.pop(name, None); continue
        known[replica["RegionName"]] = {"RegionName": replica["RegionName"], "ReplicaStatus": "ACTIVE", **({"KMSMasterKeyId": replica["KMSMasterKeyId"]} if "KMSMasterKeyId" in replica else {})}
        if name not in there.tables:
            copied = copy.copy(table); copied.tags = []; copied.region_name = replica["RegionName"]; copied.continuous_backups = copy.deepcopy(table.continuous_backups)
            copied.table_arn = table.table_arn.replace(f":{region}:", f":{replica['RegionName']}:")
            if "KMSMasterKeyId" in replica: copied.sse_specification = {"Enabled": True, "KMSMasterKeyId": replica["KMSMasterKeyId"]}
            there.tables[name] = copied
    return reply({"TableDescription": with_replicas(account, region, table.describe(base_key="TableDescription")["TableDescription"])})


def with_replicas(account, region, description):
    found = REPLICAS.get((account, region, description.get("TableName")))
    return {**description, "Replicas": list(found.values()), "GlobalTableVersion": "2019.11.21"} if found else description
