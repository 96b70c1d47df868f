#!/usr/bin/env python3
"""Makes a golden data folder with the program given, and the answers that every later version must give from it.

    make.py GEMEL.dll OUT        writes OUT/folder.tar.gz and OUT/answers.json

Run it once for a format, with the last program that writes the format; what is made then stays as it is.
"""
import base64, json, os, re, shutil, signal, subprocess, sys, tarfile, tempfile, time, urllib.error, urllib.parse, urllib.request

PROGRAM, OUT = sys.argv[1], sys.argv[2]
WORK = tempfile.mkdtemp(prefix="gemel-golden-")
DATA = os.path.join(WORK, "data")


class Server:
    def __init__(self, **settings):
        environment = dict(os.environ, **{f"GEMEL_{name}": value for name, value in settings.items()})
        self.process = subprocess.Popen(
            ["dotnet", PROGRAM, "serve", "--data", DATA, "--http", "http://127.0.0.1:0", "--mqtt", "127.0.0.1:0"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group(0)
        self.key = open(os.path.join(DATA, "admin.key")).read().strip()
        while self.ask("GET", "/health/ready")[0] != 200:
            time.sleep(0.1)

    def ask(self, method, path, body=None, user=None):
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Content-Type", "application/json-patch+json" if method == "PATCH" else "application/json")
        request.add_header("Authorization", "Basic " + base64.b64encode(":".join(user).encode()).decode() if user else "Bearer " + self.key)
        try:
            with urllib.request.urlopen(request) as answer:
                text, status = answer.read().decode(), answer.status
        except urllib.error.HTTPError as refused:
            text, status = refused.read().decode(), refused.code
        return status, json.loads(text) if text else None

    def do(self, method, path, body=None, user=None):
        status, answer = self.ask(method, path, body, user)
        if status >= 300:
            self.process.kill()
            sys.exit(f"{method} {path}: {status} {answer}")
        return answer

    def followers(self):
        status = self.do("GET", "/api/v1/status")
        return status["durableCommit"], {f["name"]: f["position"] for f in status["followers"]}

    def stop(self, how):
        self.process.send_signal(how)
        self.process.wait()


MODELS = [
    {"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"], "@id": "dtmi:golden:Motor;1", "@type": "Interface", "contents": [
        {"@type": ["Property", "Temperature"], "name": "temperature", "schema": "double", "unit": "degreeCelsius"},
        {"@type": ["Telemetry", "Power"], "name": "power", "schema": "double", "unit": "watt"}]},
    {"@context": ["dtmi:dtdl:context;3", "dtmi:dtdl:extension:quantitativeTypes;1"], "@id": "dtmi:golden:Pump;1", "@type": "Interface", "displayName": {"en": "Pump", "de": "Pumpe"}, "contents": [
        {"@type": ["Property", "VolumeFlowRate"], "name": "flow", "schema": "double", "unit": "litrePerMinute"},
        {"@type": "Property", "name": "ratio", "schema": "float"},
        {"@type": "Property", "name": "count", "schema": "integer"},
        {"@type": "Property", "name": "total", "schema": "long"},
        {"@type": "Property", "name": "running", "schema": "boolean"},
        {"@type": "Property", "name": "serial", "schema": "string"},
        {"@type": "Property", "name": "serviced", "schema": "date"},
        {"@type": "Property", "name": "state", "schema": {"@type": "Enum", "valueSchema": "string", "enumValues": [
            {"name": "open", "enumValue": "open"}, {"name": "closed", "enumValue": "closed"}]}},
        {"@type": "Property", "name": "limits", "schema": {"@type": "Map", "mapKey": {"name": "name", "schema": "string"}, "mapValue": {"name": "limit", "schema": "double"}}},
        {"@type": "Property", "name": "curve", "schema": {"@type": "Array", "elementSchema": "double"}},
        {"@type": "Property", "name": "position", "schema": {"@type": "Object", "fields": [{"name": "x", "schema": "double"}, {"name": "y", "schema": "double"}]}},
        {"@type": ["Telemetry", "Acceleration"], "name": "vibration", "schema": "double", "unit": "gForce"},
        {"@type": "Component", "name": "motor", "schema": "dtmi:golden:Motor;1"},
        {"@type": "Relationship", "name": "feeds", "properties": [{"@type": "Property", "name": "length", "schema": "double"}]}]},
    {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:golden:Station;1", "@type": "Interface", "contents": [
        {"@type": "Property", "name": "name", "schema": "string"},
        {"@type": "Relationship", "name": "contains"}]},
    {"@context": "dtmi:dtdl:context;3", "@id": "dtmi:golden:Station;2", "@type": "Interface", "extends": "dtmi:golden:Station;1", "contents": [
        {"@type": "Property", "name": "region", "schema": "string"}]},
    {"@context": "dtmi:dtdl:context;2", "@id": "dtmi:golden:Old;1", "@type": "Interface", "contents": [{"@type": "Property", "name": "name", "schema": "string"}]},
]

MAPPING = {"mapping": "boiler-house", "version": 1, "time": {"tag": "stamp", "format": "unixMilliseconds"}, "unmatched": "reject", "rules": [
    {"tag": "PLC1.FT101", "twin": "pump-2", "path": "flow", "scale": 0.1, "unit": "litrePerMinute"},
    {"tag": "PLC1.XV7", "twin": "pump-2", "path": "state", "values": {"0": "closed", "1": "open"}}]}

PUMPS = ["pump-1", "pump-2", "urn:golden:pump/3", "Pumpe-Süd"]


def enc(text):
    return urllib.parse.quote(text, safe="")


def pump(serial):
    return {"$metadata": {"$model": "dtmi:golden:Pump;1"}, "serial": serial, "limits": {"low": 1.5, "high": 80}, "curve": [1, 2.5, 4],
            "position": {"x": 3.25, "y": -1}, "serviced": "2026-05-01", "motor": {"$metadata": {}}}


def sample(i, month):
    at = f"2026-{month:02}-{1 + i // 48:02}T{(i // 2) % 24:02}:{30 * (i % 2):02}:00.1234567Z"
    value = {"$time": at, "flow": 70 + (i * 37 % 101) / 8, "ratio": 0.5 + i / 1024, "count": i, "total": 9007199254740993 + i, "running": i % 3 != 0,
             "state": "open" if i % 5 else "closed", "vibration": (i * 13 % 29) / 16, "motor": {"temperature": 40 + i % 17, "power": 1500 + i}}
    if i % 11 == 0:
        value["flow"] = {"$value": 72, "$unit": "gallonPerMinute", "$quality": "uncertain", "$reason": "calibration"}
    if i % 13 == 0:
        value["vibration"] = None
    if i % 17 == 0:
        value["limits"] = {"low": i / 4, "high": 90}
    return value


def fill(server, secrets):
    server.do("POST", "/models", MODELS)
    for number, id in enumerate(PUMPS):
        server.do("PUT", f"/digitaltwins/{enc(id)}", pump(f"S-{number}"))
    server.do("PUT", "/digitaltwins/station", {"$metadata": {"$model": "dtmi:golden:Station;2"}, "name": "Süd", "region": "south"})
    for id in PUMPS:
        server.do("PUT", f"/digitaltwins/station/relationships/has-{enc(id)}", {"$relationshipName": "contains", "$targetId": id})
    server.do("PUT", "/digitaltwins/pump-1/relationships/to-2", {"$relationshipName": "feeds", "$targetId": "pump-2", "length": 12.5})
    server.do("PUT", "/digitaltwins/pump-2/relationships/gone", {"$relationshipName": "feeds", "$targetId": "pump-1"})
    server.do("DELETE", "/digitaltwins/pump-2/relationships/gone")
    server.do("PUT", "/digitaltwins/twice", pump("first life"))
    server.do("DELETE", "/digitaltwins/twice")
    server.do("PUT", "/digitaltwins/twice", pump("second life"))
    server.do("PATCH", "/models/dtmi:golden:Old;1", [{"op": "replace", "path": "/decommissioned", "value": True}])
    server.do("PUT", "/api/v1/mappings/boiler-house", MAPPING)
    for id in PUMPS[:2]:
        secrets[id] = server.do("PUT", f"/api/v1/devices/{enc(id)}", {})["secret"]
    secrets["gateway"] = server.do("PUT", "/api/v1/devices/gateway", {"twins": PUMPS, "mapping": "boiler-house"})["secret"]


def publish(server, secrets, month, range_):
    for i in range_:
        id = PUMPS[i % 2]
        server.do("POST", f"/api/v1/devices/{enc(id)}/data", sample(i, month), user=(id, secrets[id]))
        if i % 10 == 0:
            values = [dict(sample(i, month), **{"$twin": twin}) for twin in PUMPS[2:]]
            server.do("POST", "/api/v1/devices/gateway/data", values, user=("gateway", secrets["gateway"]))
    server.do("POST", "/api/v1/devices/gateway/data", {"stamp": 1767225600000 + month * 2678400000, "PLC1.FT101": 1226, "PLC1.XV7": 1}, user=("gateway", secrets["gateway"]))


def wait(server, what):
    while not what(*server.followers()):
        time.sleep(0.2)


HISTORY = "from=2026-01-01T00:00:00Z&to=2026-12-31T00:00:00Z"
QUERIES = ["SELECT * FROM DIGITALTWINS T WHERE T.count > 3", "SELECT COUNT() FROM DIGITALTWINS",
           "SELECT T.$dtId, T.serial FROM DIGITALTWINS T WHERE IS_OF_MODEL(T, 'dtmi:golden:Pump;1')",
           "SELECT * FROM RELATIONSHIPS R WHERE R.$relationshipName = 'feeds'"]


def questions():
    asked = [("GET", path, None) for path in ["/models?includeModelDefinition=true", "/api/v1/digitaltwins", "/api/v1/devices", "/api/v1/mappings", "/api/v1/mappings/boiler-house"]]
    for id in [*PUMPS, "station", "twice", "late"]:
        asked += [("GET", f"/digitaltwins/{enc(id)}{rest}", None) for rest in ["", "/relationships", "/incomingrelationships"]]
        asked.append(("GET", f"/api/v1/digitaltwins/{enc(id)}/state", None))
        asked.append(("GET", f"/api/v1/digitaltwins/{enc(id)}/history?{HISTORY}&include=all&limit={400 if id == 'urn:golden:pump/3' else 20}", None))
        asked.append(("GET", f"/api/v1/digitaltwins/{enc(id)}/history?{HISTORY}&include=all&limit=3&order=desc", None))
    asked.append(("GET", "/digitaltwins/pump-1/components/motor", None))
    asked.append(("GET", f"/api/v1/digitaltwins/pump-1/history?{HISTORY}&paths=flow,motor.temperature&every=P1D&functions=mean,min,max,sum,count,first,last", None))
    asked.append(("GET", f"/api/v1/digitaltwins/pump-2/history?{HISTORY}&every=P1M&functions=mean,sum,count,first,last", None))
    asked += [("POST", "/query", {"query": query}) for query in QUERIES]
    return asked


def main():
    secrets = {}
    # Everything sealed, a checkpoint behind it, the beginning of the journal trimmed.
    server = Server(JOURNAL__SEGMENTBYTES="65536", CHECKPOINT__INTERVAL="1s", HISTORY__HOTAGE="500ms", JOURNALRETENTION="1s")
    fill(server, secrets)
    publish(server, secrets, 9, range(0, 240))
    time.sleep(3)
    server.do("PUT", "/digitaltwins/between", pump("between two seals"))
    server.do("DELETE", "/digitaltwins/between")
    publish(server, secrets, 10, range(240, 480))
    time.sleep(3)
    last = server.followers()[0]
    wait(server, lambda commit, f: f["checkpoint"] >= last and f["history"] >= last)
    time.sleep(6)
    server.stop(signal.SIGTERM)
    # A tail that neither checkpoint nor files hold, in several segments; then the process dies.
    server = Server(JOURNAL__SEGMENTBYTES="65536", CHECKPOINT__INTERVAL="7d", HISTORY__HOTAGE="7d")
    publish(server, secrets, 10, range(480, 1080))
    server.do("PUT", "/digitaltwins/late", pump("after the checkpoint"))
    server.do("PATCH", "/digitaltwins/pump-1", [{"op": "replace", "path": "/serial", "value": "S-1b"}])
    server.do("PUT", "/digitaltwins/late/relationships/to-1", {"$relationshipName": "feeds", "$targetId": "pump-1", "length": 1})
    secrets["later"] = server.do("PUT", "/api/v1/devices/later", {"twins": ["late"]})["secret"]
    server.stop(signal.SIGKILL)

    os.makedirs(OUT, exist_ok=True)
    for left in ["admin.key", "metrics.key", "gemel.lock", "gemel.pid"]:
        os.remove(os.path.join(DATA, left))
    with tarfile.open(os.path.join(OUT, "folder.tar.gz"), "w:gz") as archive:
        for name in sorted(os.listdir(DATA)):
            archive.add(os.path.join(DATA, name), arcname=name, filter=anonymous)
    # Answers are those after a start, as a device's values are uncertain then.
    server = Server()
    answers = []
    for method, path, body in questions():
        status, answer = server.ask(method, path, body)
        question = {"method": method, "path": path} | ({} if body is None else {"body": body})
        answers.append(question | {"status": status, "answer": json.loads(json.dumps(answer).replace(server.url, ""))})
    commit = server.followers()[0]
    server.stop(signal.SIGTERM)
    with open(os.path.join(OUT, "answers.json"), "w") as file:
        file.write(json.dumps({"commit": commit, "secrets": secrets, "answers": None}, ensure_ascii=False)[:-5] + "[\n")
        file.write(",\n".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) for each in answers) + "\n]}\n")
    shutil.rmtree(WORK)


def anonymous(info):
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    return info


main()
