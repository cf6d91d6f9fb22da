"""An S3 service for tests. It checks each signature by its own reckoning, and fails on demand."""
import contextlib
import hashlib
import hmac
import re
import ssl
import subprocess
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

KEY, SECRET, REGION = "ADDER", "wJalr/XUtnFEMI+K7MDENG", "eu-central-1"


def expected_signature(method, path, query, fields, scope, names):
    """As the S3 API reference tells it."""
    pairs = sorted((urllib.parse.quote(name, safe=""), urllib.parse.quote(value, safe=""))
                   for name, value in urllib.parse.parse_qsl(query, keep_blank_values=True))
    canonical = "\n".join([
        method, path, "&".join("=".join(pair) for pair in pairs),
        *(f"{name}:{fields[name].strip()}" for name in names), "", ";".join(names),
        fields["x-amz-content-sha256"]])
    text = "\n".join(["AWS4-HMAC-SHA256", fields["x-amz-date"], scope,
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + SECRET).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", fields=()):
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code):
        self.answer(status, f"<Error><Code>{code}</Code><Message>As it is.</Message></Error>".encode())

    def is_signed(self, path, query, body):
        fields = {name.lower(): value for name, value in self.headers.items()}
        if hashlib.sha256(body).hexdigest() != fields.get("x-amz-content-sha256"):
            return False
        parts = dict(part.strip().split("=", 1) for part in
                     fields["authorization"].removeprefix("AWS4-HMAC-SHA256").split(","))
        key, _, scope = parts["Credential"].partition("/")
        names = parts["SignedHeaders"].split(";")
        return (key == KEY and scope.endswith(f"/{REGION}/s3/aws4_request") and "host" in names and
                parts["Signature"] == expected_signature(self.command, path, query, fields, scope, names))

    def handle_request(self):
        service = self.server.service
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length", 0))
        cut = service.breaks_of_parts and "partNumber" in query
        body = self.rfile.read(length // 2 if cut else length)
        self.close_connection = True
        with service.lock:
            service.asked.append((self.command, path))
            if self.command == "PUT" and "partNumber" in query and service.breaks_of_parts:
                service.breaks_of_parts -= 1
                return None  # half of it was read, and the connection is cut
            if service.failures:
                return self.refuse(service.failures.pop(0), "InternalError")
            if not self.is_signed(path, query, body):
                return self.refuse(403, "SignatureDoesNotMatch")
            bucket, _, key = path.removeprefix("/").partition("/")
            if bucket != service.bucket:
                return self.refuse(404, "NoSuchBucket")
            if service.add_only and self.command not in ("PUT", "POST"):
                return self.refuse(403, "AccessDenied")
            return getattr(self, "do_" + self.command.lower())(service, urllib.parse.unquote(key), query, body)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = handle_request

    def do_post(self, service, key, query, body):
        """The beginning and the end of an upload in parts."""
        if query == "uploads=":
            service.uploads[f"id-{len(service.uploads)}"] = {"sum": self.headers.get("x-amz-meta-sha256", "")}
            return self.answer(200, f"<UploadId>id-{len(service.uploads) - 1}</UploadId>".encode())
        upload = service.uploads.pop(dict(urllib.parse.parse_qsl(query))["uploadId"], None)
        if upload is None:
            return self.refuse(404, "NoSuchUpload")
        if key in service.objects and self.headers.get("If-None-Match") == "*":
            return self.refuse(412, "PreconditionFailed")
        numbers = [int(text) for text in re.findall(r"<PartNumber>(\d+)<", body.decode())]
        service.objects[key] = b"".join(upload[number] for number in numbers)
        service.sums[key] = upload["sum"]
        return self.answer(200, b"<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")

    def do_delete(self, service, _key, query, _body):
        service.uploads.pop(dict(urllib.parse.parse_qsl(query))["uploadId"], None)
        return self.answer(204)

    def do_put(self, service, key, query, body):
        if query:
            asked = dict(urllib.parse.parse_qsl(query))
            if int(asked["partNumber"]) in service.refused_parts:
                return self.refuse(400, "EntityTooSmall")
            service.uploads[asked["uploadId"]][int(asked["partNumber"])] = body
            return self.answer(200, fields=[("ETag", f'"{hashlib.md5(body).hexdigest()}"')])
        if key in service.objects and self.headers.get("If-None-Match") == "*":
            return self.refuse(412, "PreconditionFailed")
        service.objects[key] = body
        service.sums[key] = self.headers.get("x-amz-meta-sha256", "")
        return self.answer(200)

    def do_head(self, service, key, _query, _body):
        if key not in service.objects:
            return self.answer(404)
        return self.answer(200, fields=[("x-amz-meta-sha256", service.sums[key])])

    def do_get(self, service, key, query, _body):
        if key:
            return self.send_object(service, key) if key in service.objects else self.refuse(404, "NoSuchKey")
        asked = dict(urllib.parse.parse_qsl(query))
        keys = sorted(name for name in service.objects if name.startswith(asked["prefix"]))
        begin = int(asked.get("continuation-token", 0))
        end = begin + service.page
        more = (f"<IsTruncated>true</IsTruncated><NextContinuationToken>{end}</NextContinuationToken>"
                if end < len(keys) else "<IsTruncated>false</IsTruncated>")
        rows = "".join(f"<Contents><Key>{escape(name)}</Key><Size>{len(service.objects[name])}</Size>"
                       "</Contents>" for name in keys[begin:end])
        return self.answer(200, f"<ListBucketResult>{more}{rows}</ListBucketResult>".encode())


    def send_object(self, service, key):
        body, tag = service.objects[key], f'"{hashlib.md5(service.objects[key]).hexdigest()}"'
        begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        assert not begin or self.headers["If-Match"] == tag
        service.ranges.append(begin)
        rest = body[begin:]
        fields = [("ETag", tag), ("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")]
        if not service.breaks_of_objects or len(rest) < 1024:
            return self.answer(206 if begin else 200, rest, fields if begin else fields[:1])
        service.breaks_of_objects -= 1
        self.send_response(206 if begin else 200)
        for name, value in [*(fields if begin else fields[:1]), ("Content-Length", str(len(rest)))]:
            self.send_header(name, value)
        self.end_headers()
        return self.wfile.write(rest[:len(rest) // 2])


class S3Service:
    """One bucket. `objects` by key; `failures`: statuses of the next answers; `add_only`: what the key
    may do; `page`: how many keys a listing gives at a time; `uploads`: those in parts that were not ended;
    `breaks_of_parts`, `breaks_of_objects`: how many connections are cut in the middle of a part that comes, of an
    object that goes; `refused_parts`: their numbers;
    `ranges`: from where on objects were asked for."""

    def __init__(self, bucket="firm", certificate=None):
        self.bucket, self.objects, self.sums = bucket, {}, {}
        self.failures, self.asked, self.add_only, self.page = [], [], False, 2
        self.uploads, self.breaks_of_parts, self.breaks_of_objects, self.ranges = {}, 0, 0, []
        self.refused_parts = set()
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.service = self
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@contextlib.contextmanager
def s3_service(**options):
    service = S3Service(**options)
    try:
        yield service
    finally:
        service.close()


def make_certificate(folder, name="127.0.0.1"):
    """A certificate that signs itself; (certificate, key)."""
    cert, key = folder / "s3.crt", folder / "s3.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "2", "-subj", "/CN=s3", "-addext", f"subjectAltName=IP:{name}",
                    "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key
