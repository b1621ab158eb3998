"""What the overlays build follows the schemas, hangs together, and gives no pod more rights than it needs."""

import json
import re
from pathlib import Path

import jsonschema
import kubernetes_validate
import overlays
import pytest
import yaml

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
KUBERNETES = "1.34"
OVERLAYS = ["cpu", "gpu"]
OWN_SCHEMAS = {
    "FlinkDeployment": json.loads((HERE / "flinkdeployment.json").read_text()),
    "PodMonitor": json.loads((HERE / "podmonitor.json").read_text()),
}
# what Flink gives its pods beside the labels of the template
FLINK_LABELS = [{"type": "flink-native-kubernetes", "component": c} for c in ("jobmanager", "taskmanager")]
MODEL_JOBS = {"nolook-tokenize", "nolook-recognize", "nolook-generate", "nolook-detokenize"}


@pytest.fixture(scope="session", params=OVERLAYS)
def resources(request):
    return overlays.build(request.param, "jobs/expire", "jobs/page")


def of(resources, kind):
    return [r for r in resources if r["kind"] == kind]


def templates(resources):
    """(name, pod template) of the jobs, of the cameras, and of what deletes."""
    for job in of(resources, "FlinkDeployment"):
        yield job["metadata"]["name"], job["spec"]["podTemplate"]
        for process in ("jobManager", "taskManager"):
            if "podTemplate" in job["spec"][process]:
                yield f"{job['metadata']['name']} {process}", job["spec"][process]["podTemplate"]
    for deployment in of(resources, "Deployment"):
        yield deployment["metadata"]["name"], deployment["spec"]["template"]
    for expire in of(resources, "CronJob"):
        yield expire["metadata"]["name"], expire["spec"]["jobTemplate"]["spec"]["template"]


def whole(resources):
    """Those that stand alone: a patch of one process lies over that of its job."""
    return [(name, template) for name, template in templates(resources) if " " not in name]


def labels(resources):
    for name, template in whole(resources):
        own = template["metadata"]["labels"]
        if name in {job["metadata"]["name"] for job in of(resources, "FlinkDeployment")}:
            yield from ({**own, **flink, "app": name} for flink in FLINK_LABELS)
        else:
            yield own


def test_resources_follow_the_schemas(resources):
    for resource in resources:
        schema = OWN_SCHEMAS.get(resource["kind"])
        if schema:
            jsonschema.validate(resource, schema)
        else:
            kubernetes_validate.validate(resource, KUBERNETES, strict=True)


def test_pod_templates_follow_the_schema(resources):
    for _, template in templates(resources):
        spec = {"containers": [], **template["spec"]}
        pod = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "any"}, "template": {**template, "spec": spec}}
        kubernetes_validate.validate(pod, KUBERNETES, strict=True)


def test_pods_have_the_fewest_rights(resources):
    for _, template in whole(resources):
        pod = template["spec"]["securityContext"]
        assert pod["runAsNonRoot"] and pod["runAsUser"] >= 1000 and pod["seccompProfile"] == {"type": "RuntimeDefault"}
        for container in template["spec"]["containers"]:
            rights = container["securityContext"]
            assert rights["capabilities"] == {"drop": ["ALL"]}
            assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
            assert "/tmp" in [mount["mountPath"] for mount in container["volumeMounts"]]


def test_files_that_are_named_are_mounted(resources):
    configs = {c["metadata"]["name"]: c["data"] for c in of(resources, "ConfigMap")}
    arguments = {j["metadata"]["name"]: j["spec"]["job"]["args"] for j in of(resources, "FlinkDeployment")}
    for name, template in whole(resources):
        container = template["spec"]["containers"][0]
        volumes = {volume["name"]: volume for volume in template["spec"]["volumes"]}
        mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in container["volumeMounts"]}
        files = re.findall(r"/etc/\S+", " ".join(arguments.get(name, container.get("args", []))))
        assert len(files) >= 2
        for file in files:
            folder, key = file.rsplit("/", 1)
            if "configMap" in mounts[folder]:
                assert key in configs[mounts[folder]["configMap"]["name"]], file
            else:
                assert mounts[folder]["secret"]["secretName"] == "nolook-kafka" and key == "kafka.properties"


def test_secrets_are_made_elsewhere(resources):
    assert not of(resources, "Secret")
    for config in of(resources, "ConfigMap"):
        assert not re.search(r"jaas|password\s*=", "\n".join(config["data"].values()))


def test_every_job_has_a_deployment(resources):
    classes = {re.search(r"job/.*\.java$", str(file)).group() for file in
               (PROJECT / "jobs/src/main/java/io/nolook/job").glob("*/*Job.java")}
    found = {job["spec"]["job"]["entryClass"].replace("io.nolook.", "").replace(".", "/") + ".java"
             for job in of(resources, "FlinkDeployment")}
    assert found == {name for name in classes if "backfill" not in name}


def test_jobs_go_on_from_a_savepoint_and_alone(resources):
    """Two of one job at once (blue and green) would write under one transaction prefix."""
    assert not [r for r in resources if r["kind"] == "FlinkBlueGreenDeployment"]
    for job in of(resources, "FlinkDeployment"):
        settings = job["spec"]["flinkConfiguration"]
        assert job["spec"]["job"]["upgradeMode"] == "savepoint"
        assert settings["high-availability.type"] == "kubernetes"
        for key in ("high-availability.storageDir", "execution.checkpointing.dir", "execution.checkpointing.savepoint-dir"):
            assert settings[key].startswith("s3://")


def test_jobs_that_run_a_model_have_the_gpu(resources):
    jobs = of(resources, "FlinkDeployment")
    with_gpu = [j for j in jobs if j["spec"]["flinkConfiguration"].get("external-resources") == "gpu"]
    if with_gpu:
        assert {job["metadata"]["name"] for job in with_gpu} == MODEL_JOBS
    for job in jobs:
        has = job in with_gpu
        assert job["spec"]["image"].endswith(":0.2.0") and ("kubernetes-gpu" in job["spec"]["image"]) == has
        assert any(file.endswith("gpu.properties") for file in job["spec"]["job"]["args"]) == has


def test_selectors_choose_pods_that_there_are(resources):
    pods = list(labels(resources))
    selectors = [r["spec"]["podSelector"]["matchLabels"] for r in of(resources, "NetworkPolicy")]
    selectors += [r["spec"]["selector"]["matchLabels"] for r in of(resources, "PodDisruptionBudget") + of(resources, "PodMonitor")]
    assert len(selectors) == 4
    for selector in selectors:
        assert [pod for pod in pods if selector.items() <= pod.items()], selector
    everyone = next(s["spec"]["podSelector"]["matchLabels"] for s in of(resources, "NetworkPolicy")
                    if "ingress" not in s["spec"])
    assert all(everyone.items() <= pod.items() for pod in pods)


def test_metrics_are_where_they_are_looked_for(resources):
    port = of(resources, "PodMonitor")[0]["spec"]["podMetricsEndpoints"][0]["port"]
    for job in of(resources, "FlinkDeployment"):
        number = job["spec"]["flinkConfiguration"]["metrics.reporter.prom.port"]
        ports = job["spec"]["podTemplate"]["spec"]["containers"][0]["ports"]
        assert {"name": port, "containerPort": int(number)} in ports
    ports = [p["port"] for policy in of(resources, "NetworkPolicy") for rule in policy["spec"].get("ingress", [])
             for p in rule.get("ports", [])]
    assert int(number) in ports


def test_the_page_names_every_secret(resources):
    page = (PROJECT / "deploy/docs/kubernetes.md").read_text()
    for secret in re.findall(r"secretName: (\S+)|secretRef:\s+name: (\S+)", yaml.safe_dump(resources)):
        assert f"`{''.join(secret)}`" in page
