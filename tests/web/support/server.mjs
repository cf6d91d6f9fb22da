// A server of a test's own: the real program (KONTOR_BIN), on a free port, with data of its own.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const program = process.env.KONTOR_BIN ?? "build/release/kontor";
/** Of every user that a test makes. */
export const password = "blue Harbour 74 lantern";

export class Server {
  /** Starts one with demo data (or empty: `demo: false`), and ends it when the tests of the file are done. */
  static async start({ lang = "en", demo = true, size = "m", settings = [] } = {}) {
    const server = new Server();
    server.folder = mkdtempSync(join(tmpdir(), "kontor-web-"));
    server.data = join(server.folder, "data");
    const more = ["--rate-limit", "off", "--session-max", "50", ...settings];
    server.words = demo
      ? ["demo", "--lang", lang, "--size", size, "--port", "0", "--keep", server.data, ...more]
      : ["--data", server.data, "serve", "--listen", "127.0.0.1:0", ...more];
    if (!demo) server.command("init");
    await server.run();
    return server;
  }

  async run() {
    const child = spawn(program, this.words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, KONTOR_ARCHIVE: "off" } });
    this.child = child;
    this.ended = new Promise((resolve) => child.once("exit", resolve));
    this.output = "";
    const ready = new Promise((resolve) => {
      const hear = (piece) => {
        this.output += piece;
        if (/"msg":"ready"/.test(this.output) && /Listening on \S+\n/.test(this.output) &&
          (this.words[0] !== "demo" || /Log in as .*\n/.test(this.output))) resolve("ready");
      };
      child.stdout.on("data", hear);
      child.stderr.on("data", hear);
    });
    const first = await Promise.race([ready, this.ended]);
    assert.equal(first, "ready", `the server did not start:\n${this.output}`);
    this.url = /Listening on (\S+)/.exec(this.output)[1];
    const shown = /Log in as (\S+@\S+) with the password (\S+)/.exec(this.output);
    if (shown) this.owner = { email: shown[1], password: shown[2] };
    this.setupLink = /(http\S+\/setup\?token=\S+)/.exec(this.output)?.[1];
  }

  /** Runs a verb of the command line on this server's data; its stdout. */
  command(verb, { input, more = [] } = {}) {
    const done = spawnSync(program, ["--data", this.data, ...verb.split(" "), ...more], { input, encoding: "utf8" });
    assert.equal(done.status, 0, `kontor ${verb}: ${done.stderr}`);
    return done.stdout;
  }

  /** Makes a user; her credentials. */
  addUser(email, { role = "owner", name = "" } = {}) {
    this.command(`user add ${email} --role ${role} --password-stdin`, { input: password, more: name ? ["--name", name] : [] });
    return { email, password };
  }

  /** As a power cut would (SIGKILL), or as asked. `restart` serves the same data at the same address. */
  async stop(signal = "SIGTERM") {
    this.child.kill(signal);
    await this.ended;
    const { port } = new URL(this.url);
    this.words = this.words.map((word, at) =>
      this.words[at - 1] === "--port" ? port : word.replace(/^127\.0\.0\.1:0$/, `127.0.0.1:${port}`));
  }
  async restart(signal) {
    await this.stop(signal);
    await this.run();
  }

  async end() {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A call by a program: as `who` (the owner), with a session of its own that browsers do not share. */
  async call(method, path, body, { who = this.owner, expect = [200, 201, 202, 204], headers = {} } = {}) {
    this.cookies ??= new Map();
    if (!this.cookies.has(who.email)) this.cookies.set(who.email, await this.signIn(who));
    const reply = await fetch(this.url + path, {
      method,
      headers: {
        Cookie: this.cookies.get(who.email), Origin: this.url, Accept: "application/json",
        ...(body !== undefined && { "Content-Type": method === "PATCH" ? "application/merge-patch+json" : "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await reply.text();
    assert.ok([expect].flat().includes(reply.status), `${method} ${path}: ${reply.status} ${text}`);
    return reply.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text;
  }
  get = (path, options) => this.call("GET", path, undefined, options);
  post = (path, body, options) => this.call("POST", path, body, options);
  patch = (path, body, options) => this.call("PATCH", path, body, { headers: { "If-Match": "*" }, ...options });
  delete = (path, options) => this.call("DELETE", path, undefined, { headers: { "If-Match": "*" }, ...options });

  /** The session cookie, as a Cookie header. */
  async signIn(who = this.owner) {
    const reply = await fetch(`${this.url}/api/v1/session`, {
      method: "POST", headers: { "Content-Type": "application/json", Origin: this.url }, body: JSON.stringify(who),
    });
    assert.equal(reply.status, 201, await reply.text());
    return reply.headers.get("set-cookie").split(";")[0];
  }
}
