#!/usr/bin/env python3
"""Write what a package carries as CycloneDX 1.6: each wheel with version, licence, digest, checked with the lock.

Usage: scripts/sbom.py WHEELS > sbom.cdx.json, with the folder of scripts/wheels.py. Same wheels, same octets.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import uuid
import zipfile
from email.parser import HeaderParser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def normal(name: str) -> str:
    """Bring a distribution name to the form of package URLs."""
    return re.sub(r"[-_.]+", "-", name).lower()


def component(wheel: Path) -> dict[str, Any]:
    """Describe one wheel by its own metadata; `License-Expression` is SPDX, what is older is a name."""
    with zipfile.ZipFile(wheel) as archive:
        (path,) = (name for name in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        fields = HeaderParser().parsestr(archive.read(path).decode())
    name, version = normal(fields["Name"]), fields["Version"]
    expression, words = fields["License-Expression"], (fields["License"] or "").strip().partition("\n")[0]
    kinds = [value.rpartition(":: ")[2] for value in fields.get_all("Classifier", []) if value.startswith("License ::")]
    licences = [{"expression": expression}] if expression else [{"license": {"name": words or ", ".join(kinds)}}]
    return {
        "type": "library", "bom-ref": f"pkg:pypi/{name}@{version}", "name": name, "version": version,
        "licenses": licences if expression or words or kinds else [],
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}],
        "purl": f"pkg:pypi/{name}@{version}",
    }  # fmt: skip


def components(wheels: Path) -> list[dict[str, Any]]:
    """Describe every distribution once, with the digests of its wheels for each Python.

    Raises:
        SystemExit: a digest is not in the lock.
    """
    lock = (ROOT / "requirements-run.lock").read_text("utf-8")
    found: dict[str, dict[str, Any]] = {}
    for wheel in sorted(wheels.glob("3.*/*.whl")):
        new = component(wheel)
        if new["hashes"][0]["content"] not in lock:
            sys.exit(f"sbom: {wheel.name} is not what requirements-run.lock names")
        known = found.setdefault(new["purl"], new)
        known["hashes"] += [one for one in new["hashes"] if one not in known["hashes"]]
    return list(found.values())


def main() -> None:
    """Print the document."""
    wheels = Path(sys.argv[1])
    (ours,) = (wheels / "ours").glob("congthu-*.whl")
    program = component(ours) | {"type": "application"}
    parts = components(wheels)
    text = json.dumps(parts, sort_keys=True)
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, program['purl'] + text)}",
        "metadata": {"component": program}, "components": parts,
        "dependencies": [{"ref": program["bom-ref"], "dependsOn": [one["bom-ref"] for one in parts]}],
    }  # fmt: skip
    print(json.dumps(document, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
