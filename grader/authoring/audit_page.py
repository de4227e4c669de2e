"""The audit as one self-contained page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.authoring.audit import Audit

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Audit</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #8886; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
code { font-size: .9em; overflow-wrap: anywhere; }
</style></head><body><main>
<h1>Audit</h1>
{% for audit in audits %}
<h2>{{ audit.assignment }}: {{ "nothing falls short" if audit.good else "falls short" }}</h2>
<table><thead><tr><th scope="col">Exercise</th><th scope="col">Right versions accepted</th>
<th scope="col">Mistakes killed</th><th scope="col">named as themselves</th>
<th scope="col">Mutants</th><th scope="col">equivalent</th><th scope="col">survive</th></tr></thead>
<tbody>{% for row in audit.rows %}
<tr><th scope="row">{{ row.number }} {{ row.exercise }}</th>
<td class="number">{{ row.accepted }} of {{ row.accepted + row.rejected|length }}</td>
<td class="number">{{ row.named + row.unnamed|length }} of
{{ row.named + row.unnamed|length + row.alive|length }}</td>
<td class="number">{{ row.named }}</td><td class="number">{{ row.mutants }}</td>
<td class="number">{{ row.equivalent }}</td><td class="number">{{ row.survivors|length }}</td></tr>
{% endfor %}</tbody></table>
<ul>{% for row in audit.rows %}
{% for key in row.rejected %}<li>{{ row.exercise }}: <code>{{ key }}</code> is right and loses
points</li>{% endfor %}
{% for key in row.alive %}<li>{{ row.exercise }}: the mistake <code>{{ key }}</code> loses
nothing</li>{% endfor %}
{% for key, name in row.unnamed %}<li>{{ row.exercise }}: the mistake <code>{{ key }}</code> is
named {{ name }}</li>{% endfor %}
{% for mutant in row.survivors %}<li>{{ row.exercise }}, {{ mutant.operator }}:
<code>{{ mutant.before }}</code> as <code>{{ mutant.after }}</code> survives</li>{% endfor %}
{% endfor %}</ul>
{% endfor %}</main></body></html>
"""


def page(audits: Sequence[Audit]) -> str:
    """The page of one audit or several."""
    environment = jinja2.Environment(autoescape=True)
    return environment.from_string(_PAGE).render(audits=audits)
