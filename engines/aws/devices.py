"""What devices and partners stand on and moto lacks or forgets, as far as Terraform's AWS provider calls it: templates by which devices become
things, the protocol and TLS of hosts for devices, tags of what has no action that says them, profiles that sign firmware, methods that API Gateway answers itself."""
import json, re, time, uuid
from urllib.parse import parse_qs
from stores import missing, reply


def templates(own, region, account, method, path, target, body, tags):
    """Provisioning templates. @param tags of IoT, where those that are sent are kept"""
    found = re.match(r"^/provisioning-templates(?:/([^/]+))?(/versions)?", path)
    if not found: return None
    name, versions = found.groups(); sent = json.loads(body or b"{}")
    if method == "POST" and not name:
        name = sent["templateName"]; arn = f"arn:aws:iot:{region}:{account}:provisioningtemplate/{name}"
        own[name] = {"type": "FLEET_PROVISIONING", "enabled": False, **{key: value for key, value in sent.items() if key != "tags"}, "templateArn": arn, "defaultVersionId": 1, "creationDate": time.time(), "lastModifiedDate": time.time()}
        tags["iot tags", arn] = sent.get("tags") or []
        return reply({"templateArn": arn, "templateName": name, "defaultVersionId": 1})
    if name not in own: return missing("ResourceNotFoundException", name)
    if versions: own[name]["templateBody"] = sent.get("templateBody"); return reply({"templateArn": own[name]["templateArn"], "templateName": name, "versionId": own[name]["defaultVersionId"], "isDefaultVersion": True})
    if method == "DELETE": own.pop(name); return reply({})
    if method == "PATCH": own[name].update({key: value for key, value in sent.items() if key != "removePreProvisioningHook"}); return reply({})
    return reply(own[name])


def keep_of_iot(tags):
    """Rules and hosts say what they were made with. @param tags of IoT, where those that are sent are kept"""
    from moto.iot.models import FakeDomainConfiguration
    from moto.iot.responses import IoTResponse
    asked = IoTResponse.create_domain_configuration
    def create(self):
        answer = asked(self); sent = json.loads(self.body or "{}")
        made = self.iot_backend.domain_configurations[sent.get("domainConfigurationName") or self._get_param("domainConfigurationName")]
        made.also = {key: sent[key] for key in ("applicationProtocol", "authenticationType", "tlsConfig") if key in sent}
        tags["iot tags", made.domain_configuration_arn] = sent.get("tags") or []
        return answer
    IoTResponse.create_domain_configuration = create
    said = FakeDomainConfiguration.to_description_dict
    FakeDomainConfiguration.to_description_dict = lambda self: {key: value for key, value in {**said(self), **getattr(self, "also", {})}.items() if value is not None}
    ruled = IoTResponse.create_topic_rule
    def create_rule(self):
        answer = ruled(self)
        header = parse_qs(self.headers.get("x-amz-tagging") or "")
        tags["iot tags", self.iot_backend.rules[self._get_param("ruleName")].arn] = [{"Key": key, "Value": values[0]} for key, values in header.items()]
        return answer
    IoTResponse.create_topic_rule = create_rule
    # An account's host for devices is always the same
    from moto.iot.models import IoTBackend
    host = IoTBackend.describe_endpoint
    def describe_endpoint(self, endpoint_type):
        found = host(self, endpoint_type); known = tags.setdefault(("iot host", self.account_id, self.region_name, endpoint_type), found.endpoint)
        found.endpoint = known
        return found
    IoTBackend.describe_endpoint = describe_endpoint


# Macie: fields that it knows, and what it looks through; on, as the account's owner has to have made it
def macie(own, region, account, method, path, target, body):
    sent = json.loads(body or b"{}"); kept = {key: value for key, value in sent.items() if key not in ("tags", "clientToken")}
    parts = path.strip("/").split("/")
    if parts[0] == "custom-data-identifiers":
        if method == "POST":
            one = uuid.uuid4().hex; arn = f"arn:aws:macie2:{region}:{account}:custom-data-identifier/{one}"
            own[one] = {**kept, "id": one, "arn": arn, "createdAt": stamp(), "deleted": False, "tags": sent.get("tags") or {}}
            return reply({"customDataIdentifierId": one})
        one = parts[-1]
        if one not in own: return missing("ResourceNotFoundException", one)
        if method == "DELETE": own.pop(one); return reply({})
        return reply(own[one])
    if parts[0] == "jobs":
        if method == "POST":
            one = uuid.uuid4().hex
            own[one] = {**kept, "jobId": one, "jobArn": f"arn:aws:macie2:{region}:{account}:classification-job/{one}", "jobStatus": "RUNNING", "createdAt": stamp(), "tags": sent.get("tags") or {}}
            return reply({"jobId": one, "jobArn": own[one]["jobArn"]})
        one = parts[-1]
        if one not in own: return missing("ResourceNotFoundException", one)
        if method == "PATCH": own[one].update(sent); return reply({})
        return reply(own[one])
    return None


def stamp(): return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def keep_of_hosts():
    """Hosts of API Gateway say which certificates of clients they ask for."""
    from moto.apigateway.models import DomainName
    from moto.apigateway.responses import APIGatewayResponse
    asked, said = APIGatewayResponse.create_domain_name, DomainName.to_json
    def create(self):
        answer = asked(self); trust = self._get_param("mutualTlsAuthentication")
        if trust: self.backend.domain_names[self._get_param("domainName")].trust = trust
        return answer
    APIGatewayResponse.create_domain_name = create
    DomainName.to_json = lambda self: {**said(self), **({"mutualTlsAuthentication": self.trust} if hasattr(self, "trust") else {})}


def answers_by_itself():
    """A method that API Gateway answers itself has no address and no method to ask with."""
    from moto.apigateway.models import APIGatewayBackend
    built = APIGatewayBackend._build_integration_args
    def build(self, integration):
        args = built(self, integration)
        return {**args, "uri": args["uri"] or "", "integration_method": args["integration_method"] or ""} if args["integration_type"] == "mock" else args
    APIGatewayBackend._build_integration_args = build
