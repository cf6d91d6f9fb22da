"""Reads the text format of Prometheus, strictly, and keeps the rules of its naming."""
import re

SAMPLE = re.compile(r'([a-z_:][a-z0-9_:]*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\\n]|\\[\\"n])*)"')
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


class Metrics:
    """families: name → (type, help); samples: (name, labels as a frozenset of pairs) → number."""

    def __init__(self, text):
        assert text.endswith("\n")
        self.families, self.samples = {}, {}
        help_of, family, kind = None, None, None
        for line in text.splitlines():
            if line.startswith("# HELP "):
                _, _, name, help_of = line.split(" ", 3)
                assert help_of.endswith("."), line
            elif line.startswith("# TYPE "):
                _, _, family, kind = line.split(" ")
                assert family == name and family not in self.families, f"twice: {family}"
                self.families[family] = (kind, help_of)
            else:
                self.read_sample(line, family, kind)
        self.check_names()
        self.check_histograms()

    def read_sample(self, line, family, kind):
        found = SAMPLE.fullmatch(line)
        assert found, f"no sample: {line!r}"
        name, labels, value = found.groups()
        assert name in [family + suffix for suffix in SUFFIXES[kind]], f"{name} below {family}"
        key = (name, frozenset(LABEL.findall(labels or "")))
        assert key not in self.samples, f"twice: {line}"
        self.samples[key] = float(value)

    def check_names(self):
        for name, (kind, _) in self.families.items():
            assert name.endswith("_total") == (kind == "counter"), name
            assert not re.search(r"_(ms|us|milliseconds|kb|mb|percent)(_|$)", name), name
            if kind == "histogram":
                assert name.endswith("_seconds"), name

    def check_histograms(self):
        series = {}
        for (name, labels), value in self.samples.items():
            bound = dict(labels).get("le")
            if bound is not None:
                rest = labels - {("le", bound)}
                series.setdefault((name[:-len("_bucket")], rest), {})[float(bound)] = value
        for (name, labels), buckets in series.items():
            counts = [buckets[bound] for bound in sorted(buckets)]
            assert counts == sorted(counts), f"{name}: buckets do not add up"
            assert max(buckets) == float("inf")
            assert counts[-1] == self.samples[(name + "_count", labels)]
            assert (name + "_sum", labels) in self.samples

    def value(self, name, **labels):
        return self.samples[(name, frozenset(labels.items()))]

    def get(self, name, **labels):
        return self.samples.get((name, frozenset(labels.items())), 0)
