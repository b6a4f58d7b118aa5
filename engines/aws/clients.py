"""What clients stand on and moto lacks, as far as Terraform's AWS provider calls it: the risk of sign-ins and passkeys of user
pools, roles of identity pools, monitors of pages (RUM), environments and strategies of AppConfig. What was sent is what is read."""
import json, re, uuid
import devices
from stores import missing, reply

SENT = {}


def by_target(handler):
    """An API whose action is in a header."""
    return lambda own, region, account, method, path, target, body: handler(own, region, account, target.rsplit(".", 1)[-1], json.loads(body or b"{}"))


def cognito_idp(own, region, account, action, sent):
    key = (sent.get("UserPoolId"), sent.get("ClientId"))
    if action == "SetRiskConfiguration":
        parts = {name: value for name, value in sent.items() if name.endswith("Configuration")}
        if parts: own[key] = {**sent}
        else: own.pop(key, None)
        return reply({"RiskConfiguration": sent})
    if action == "DescribeRiskConfiguration": return reply({"RiskConfiguration": own[key]}) if key in own else missing("ResourceNotFoundException", str(key))
    if action == "DeleteResourceServer": return delete_resource_server(region, account, sent)
    return None


def delete_resource_server(region, account, sent):
    from moto.cognitoidp.models import cognitoidp_backends
    cognitoidp_backends[account][region].describe_user_pool(sent["UserPoolId"]).resource_servers.pop(sent["Identifier"], None)
    return reply({})


def cognito_identity(own, region, account, action, sent):
    if action == "SetIdentityPoolRoles": own[sent["IdentityPoolId"]] = sent; return reply({})
    if action == "GetIdentityPoolRoles": return reply({"Roles": {}, **own.get(sent["IdentityPoolId"], {"IdentityPoolId": sent["IdentityPoolId"]})})
    return None


def rum(own, region, account, method, path, target, body):
    sent = json.loads(body or b"{}")
    if path.startswith("/tags/"): return reply({"ResourceArn": path[6:], "Tags": own.get(path.rsplit("/", 1)[-1], {}).get("Tags", {})})
    name = path.removeprefix("/appmonitor").strip("/") or sent.get("Name", "")
    if method == "POST":
        one = str(uuid.uuid4())
        own[name] = {"CustomEvents": {"Status": "DISABLED"}, **sent, "Id": one, "State": "CREATED", "DataStorage": {"CwLog": {"CwLogEnabled": sent.get("CwLogEnabled", False), "CwLogGroup": f"/aws/vendedlogs/RUMService_{name}{one[:8]}"}}}
        return reply({"Id": one})
    if name not in own: return missing("ResourceNotFoundException", name)
    if method == "DELETE": own.pop(name); return reply({})
    if method == "PATCH": own[name].update(sent); return reply({})
    return reply({"AppMonitor": own[name]})


def appconfig(own, region, account, method, path, target, body):
    found = re.match(r"^(/applications/[^/]+/environments|/deploye?mentstrategies)(?:/([^/]+))?$", path)
    if path.startswith("/tags/"):
        tags = own.get(("tags", path[6:]))
        return None if tags is None or method != "GET" else reply({"Tags": tags})
    if not found: return None
    parent, one = found.groups(); sent = json.loads(body or b"{}"); environment = "environments" in parent
    if method == "POST":
        one = uuid.uuid4().hex[:7]
        kept = {"State": "READY_FOR_DEPLOYMENT", "ApplicationId": parent.split("/")[2]} if environment else {}
        own[one] = {**kept, **{key: value for key, value in sent.items() if key != "Tags"}, "Id": one}
        own["tags", f"arn:aws:appconfig:{region}:{account}:{parent[1:].removesuffix('s') if environment else 'deploymentstrategy'}/{one}".replace("applications/", "application/")] = sent.get("Tags") or {}
    if one not in own: return missing("ResourceNotFoundException", path)
    if method == "DELETE": own.pop(one); return reply({}, "204 No Content")
    if method == "PATCH": own[one].update(sent)
    return reply(own[one], "201 Created" if method == "POST" else "200 OK")


SERVICES = {"cognito-idp": by_target(cognito_idp), "cognito-identity": by_target(cognito_identity), "rum": rum, "appconfig": appconfig,
            "iot": lambda *request: devices.templates(*request, SENT), "macie2": devices.macie}


# Passkeys of a pool and the pages of a domain: moto takes them and says nothing of them
def remembered(action, method, path, query, body, answer):
    if action not in ("SetUserPoolMfaConfig", "GetUserPoolMfaConfig", "CreateUserPoolDomain", "UpdateUserPoolDomain", "DescribeUserPoolDomain"): return answer
    sent, said = json.loads(body), json.loads(answer)
    if action.endswith("MfaConfig"):
        key = ("passkeys", sent["UserPoolId"])
        if action.startswith("Set"): SENT[key] = sent.get("WebAuthnConfiguration")
        if SENT.get(key): said["WebAuthnConfiguration"] = SENT[key]
        return json.dumps(said).encode()
    key = ("pages", sent["Domain"])
    if not action.startswith("Describe"): SENT[key] = sent.get("ManagedLoginVersion", 1)
    elif said.get("DomainDescription", {}).get("Domain"): said["DomainDescription"]["ManagedLoginVersion"] = SENT.get(key, 1)
    return json.dumps(said).encode()


FORGOTTEN = {"cognito-idp": remembered}


# Tags of IoT: moto takes them and has no action that says them
def _tags_of_iot():
    from moto.core.responses import ActionResult
    from moto.iot.responses import IoTResponse
    for action, field in {"create_thing_type": "thingTypeArn", "create_thing_group": "thingGroupArn", "create_policy": "policyArn", "create_role_alias": "roleAliasArn"}.items():
        def keeping(self, known=getattr(IoTResponse, action), field=field):
            answer = known(self); result = getattr(answer, "_result", None) or getattr(answer, "result", {})
            SENT["iot tags", result[field]] = json.loads(self.body or "{}").get("tags") or []
            return answer
        setattr(IoTResponse, action, keeping)
    def list_tags(self):
        return ActionResult({"tags": SENT.get(("iot tags", self._get_param("resourceArn")), [])})
    IoTResponse.list_tags_for_resource = list_tags


_tags_of_iot()
devices.keep_of_iot(SENT)
devices.keep_of_hosts()
devices.answers_by_itself()
