#!/usr/bin/env python3
"""Writes dashboard.json for Grafana beside itself; --check says whether it is current."""
import json
import pathlib
import sys

TARGET = pathlib.Path(__file__).with_name("dashboard.json")
BY_INSTANCE = 'instance=~"$instance"'


def quantile(part, metric, by="", where=""):
    names = ", ".join(["le"] + ([by] if by else []))
    inside = BY_INSTANCE + ("," + where if where else "")
    return f"histogram_quantile({part}, sum by ({names}) (rate({metric}_bucket{{{inside}}}[5m])))"


def of(metric, where=""):
    return f"{metric}{{{BY_INSTANCE}{',' + where if where else ''}}}"


# Title, unit, and the lines: expression and legend.
PANELS = [
    ("Requests a second", "reqps",
     [(f"sum by (code) (rate({of('http_requests_total')}[5m]))", "{{code}}")]),
    ("Time of requests", "s",
     [(quantile(q, "http_request_duration_seconds", where='route!="/api/v1/events"'), name)
      for q, name in [(0.5, "half"), (0.95, "95 %"), (0.99, "99 %")]]),
    ("Slowest routes (95 %)", "s",
     [("topk(8, " + quantile(0.95, "http_request_duration_seconds", "method, route") + ")",
       "{{method}} {{route}}")]),
    ("Refused by the front", "reqps",
     [(f"sum by (reason) (rate({of('kontor_http_rejected_total')}[5m])) > 0", "{{reason}}")]),
    ("Connections", "short",
     [(of("kontor_http_connections"), "open"), (of("kontor_http_event_streams"), "event streams"),
      (of("http_requests_in_flight"), "requests in flight"),
      (of("kontor_http_queue_length"), "waiting")]),
    ("Database (95 %)", "s",
     [(quantile(0.95, "kontor_db_query_duration_seconds", "op"), "{{op}}"),
      (quantile(0.95, "kontor_db_write_lock_wait_seconds"), "waiting for the writer"),
      (quantile(0.95, "kontor_db_commit_duration_seconds"), "commit (sync)"),
      (quantile(0.95, "kontor_db_checkpoint_duration_seconds"), "checkpoint")]),
    ("Size", "bytes",
     [(of("kontor_db_size_bytes"), "database"), (of("kontor_db_wal_bytes"), "write-ahead log")]),
    ("Disk free", "percentunit",
     [(f"{of('kontor_disk_free_bytes')} / {of('kontor_disk_size_bytes')}", "free")]),
    ("Age of backups", "s",
     [(f"time() - {of('kontor_backup_last_success_timestamp_seconds')}", "last backup"),
      (f"time() - {of('kontor_backup_last_verified_timestamp_seconds')}", "last proof")]),
    ("Memory and processor", "short",
     [(of("process_resident_memory_bytes") + " / 1048576", "MiB"),
      (f"rate({of('process_cpu_seconds_total')}[5m]) * 100", "% of a processor"),
      (of("process_threads"), "threads")]),
]


def panel(number, title, unit, lines):
    return {
        "id": number + 1, "type": "timeseries", "title": title,
        "gridPos": {"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8},
        "datasource": {"type": "prometheus", "uid": "${source}"},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [{"refId": chr(65 + i), "expr": expression, "legendFormat": legend}
                    for i, (expression, legend) in enumerate(lines)]}


def dashboard():
    return {
        "title": "Kontor", "uid": "kontor", "schemaVersion": 38, "version": 1, "editable": True,
        "tags": ["kontor"], "timezone": "browser", "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [
            {"name": "source", "type": "datasource", "query": "prometheus", "label": "Prometheus"},
            {"name": "instance", "type": "query", "label": "Server", "multi": True,
             "includeAll": True, "refresh": 2,
             "datasource": {"type": "prometheus", "uid": "${source}"},
             "query": "label_values(kontor_build_info, instance)"}]},
        "panels": [panel(number, *row) for number, row in enumerate(PANELS)]}


def main():
    text = json.dumps(dashboard(), indent=1) + "\n"
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.read_text() == text else "dashboard.json is old: run this script")
    TARGET.write_text(text)


if __name__ == "__main__":
    main()
