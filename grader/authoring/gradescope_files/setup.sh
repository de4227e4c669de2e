#!/usr/bin/env bash
# Runs once, while Gradescope builds the image: a Python environment with what the grader needs.
set -euo pipefail
root="${GRADUS_AUTOGRADER:-/autograder}"
version="@PYTHON@"

if ! command -v "python$version" >/dev/null; then
    apt-get update -q
    if ! apt-get install -qy "python$version" "python$version-venv"; then
        # The image's own packages are too old: take a Python that uv brings.
        apt-get install -qy python3-pip
        python3 -m pip install -q uv
        uv python install "$version"
        ln -sf "$(uv python find "$version")" "/usr/local/bin/python$version"
    fi
fi
"python$version" -m venv "$root/env"
if [ -d "$root/source/wheels" ]; then
    "$root/env/bin/pip" install -q --no-index --find-links "$root/source/wheels" \
        -r "$root/source/requirements.txt"
else
    "$root/env/bin/pip" install -q -r "$root/source/requirements.txt"
fi
"$root/env/bin/python" "$root/source/autograde.py" --try
