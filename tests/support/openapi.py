"""Holds every reply of the API against the server's own OpenAPI document."""
import datetime
import re
import uuid

import jsonschema

# What the front may answer before a route is known; documented as `default`.
FRONT_STATUSES = {400, 408, 411, 413, 414, 415, 417, 421, 431, 501, 503, 505}

formats = jsonschema.FormatChecker(formats=())


@formats.checks("date", raises=ValueError)
def is_date(value):
    return not isinstance(value, str) or bool(datetime.date.fromisoformat(value))


@formats.checks("date-time")
def is_date_time(value):
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", value))


@formats.checks("uuid", raises=ValueError)
def is_uuid(value):
    return not isinstance(value, str) or str(uuid.UUID(value)) == value


class OpenApi:
    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver("", document)
        self.validators = {}
        self.paths = sorted(
            ((re.compile(re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(path)) + r"\Z"), path)
             for path in document["paths"]),
            key=lambda row: row[1].count("{"))

    def template(self, path):
        """The path of the document that a request path belongs to; None: unknown."""
        for pattern, template in self.paths:
            if pattern.match(path):
                return template
        return None

    def resolve(self, node):
        while "$ref" in node:
            _, node = self.resolver.resolve(node["$ref"])
        return node

    def validate(self, schema, value):
        key = str(schema)
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(
                schema, resolver=self.resolver, format_checker=formats)
        errors = sorted(self.validators[key].iter_errors(value), key=lambda e: list(e.path))
        assert not errors, "\n".join(f"{'/'.join(map(str, e.path))}: {e.message}" for e in errors[:5])

    def check(self, method, path, reply):
        """Fails if the document does not describe this reply."""
        assert reply.headers["X-Request-Id"], "every reply has a request id"
        assert reply.status != 500, f"{method} {path}: {reply.text}"
        template = self.template(path)
        operation = self.document["paths"].get(template, {}).get(
            "get" if method == "HEAD" else method.lower())
        if operation is None:
            return self.check_unrouted(method, template, reply)
        responses = operation["responses"]
        if str(reply.status) in responses:
            response = self.resolve(responses[str(reply.status)])
        else:
            assert reply.status in FRONT_STATUSES, f"{method} {template}: {reply.status} is not documented"
            response = self.resolve(responses["default"])
        self.check_body(method, template, response, reply)

    def check_unrouted(self, method, template, reply):
        if method == "OPTIONS":
            assert reply.status in (204, 404)
            return
        expected = {404} if template is None else {405}
        assert reply.status in expected | FRONT_STATUSES
        self.validate({"$ref": "#/components/schemas/Problem"}, reply.json)

    def check_body(self, method, template, response, reply):
        content = response.get("content", {})
        if not content or method == "HEAD" or reply.status == 304:
            assert reply.body == b"", f"{method} {template}: a body that is not documented"
            return
        kind = reply.headers["Content-Type"]
        assert kind in content, f"{method} {template}: {kind} is not documented"
        if kind.endswith("json"):
            self.validate(content[kind]["schema"], reply.json)
        if kind == "application/problem+json":
            assert reply.json["status"] == reply.status
            assert reply.json["request_id"] == reply.headers["X-Request-Id"]
