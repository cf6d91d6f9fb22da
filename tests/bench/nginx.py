"""nginx sending a static file of 300 bytes: what HTTP over loopback costs with nothing behind it."""
import pathlib
import subprocess

from contender import Contender, Failed

PROGRAM = "/usr/sbin/nginx"
BODY = b'{"name": "' + b"x" * 288 + b'"}'

CONFIGURATION = """
daemon off;
worker_processes 2;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 8192; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  open_file_cache max=10;
  types {{ application/json json; }}
  server {{ listen 127.0.0.1:{port}; root {folder}/html; }}
}}
"""


class Nginx(Contender):
    name = "nginx"
    durability = "none"
    health = "/customer.json"

    def version(self):
        return subprocess.run([PROGRAM, "-v"], capture_output=True, text=True, check=True).stderr.strip().removeprefix("nginx version: ")

    def command(self):
        (self.data / "html").mkdir(exist_ok=True)
        (self.data / "html/customer.json").write_bytes(BODY)
        configuration = self.data / "nginx.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.data, port=self.port))
        # As root its workers would change to a user who cannot read the folder.
        as_root = ["-g", "user root;"] if pathlib.Path("/proc/self").stat().st_uid == 0 else []
        return [PROGRAM, "-c", configuration, *as_root], {}

    def make_filling(self):
        pass

    def requests(self, operation):
        return [("GET", "/customer.json", None)] if operation in ("get", "health") else []

    def check(self, operation, status, body):
        if status != 200 or body != BODY:
            raise Failed(f"nginx: {status} {body[:100]!r}")
