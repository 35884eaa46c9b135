"""The report of ``unbead check``."""

from html import escape

from unbead.validate.check import Check
from unbead.validate.checks.ramachandran import phi_psi
from unbead.validate.report.document import document, gallery, shipped
from unbead.validate.report.plots import chi_plots, confidence_plot, error_plot, ramachandran_plots
from unbead.validate.report.scene import MOST, scene
from unbead.validate.thresholds import MEASURES
from unbead.validate.verdict import grade, show


def page(check: Check, name: str) -> str:
    """Write the report.

    Parameters
    ----------
    check : Check
        A judged structure.
    name : str
        What to call it.

    Returns
    -------
    str
        A whole HTML document: verdict, numbers, plots, 3D view.
    """
    sections = (_verdict(check, name), _table(check), *_plots(check), _view(check))
    return document(f"{name}: {check.level}", sections, "unbead check")


def _verdict(check: Check, name: str) -> str:
    first = check.models[0]
    facts = [f"{len(first.slots.kind)} residues", f"{int(first.slots.present.sum())} heavy atoms"]
    facts += [f"{len(check.models)} models, numbers are means"] if len(check.models) > 1 else []
    facts += ["compared with a reference"] if first.residue_error is not None else []
    facts += [f"{len(first.beads)} beads of mapping {check.mapping}"] if first.beads is not None else []
    rows = "".join(
        f'<li><span class="badge {reason.level}">{reason.level}</span>{escape(reason.text)}</li>'
        for reason in check.reasons
    )
    return (
        f'<div class="verdict"><span class="badge {check.level}">{check.level}</span><div><h1>{escape(name)}</h1>'
        f'<p class="note">{escape(" · ".join(facts))}</p></div></div>'
        + (f'<ul class="reasons">{rows}</ul>' if rows else "<p>Every number with a limit keeps it.</p>")
    )


def _table(check: Check) -> str:
    several = len(check.models) > 1
    head = ["Measure", "Mean" if several else "Value", "Warn above", "Fail above"] + ["Worst model"] * several
    rows, group = [], ""
    for name, value in check.numbers.items():
        measure = MEASURES[name]
        if measure.group != group:
            group = measure.group
            rows.append(f'<tr class="group"><th colspan="{len(head)}">{group}</th></tr>')
        limits = ["" if limit is None else show(limit, measure.unit) for limit in (measure.warn, measure.fail)]
        cells = f'<td class="{grade(name, value)}">{show(value, measure.unit)}</td>'.replace(' class="PASS"', "")
        cells += "".join(f"<td>{limit}</td>" for limit in limits)
        if several:
            worst, model = check.worst.get(name, (None, 0))
            cells += f"<td>{show(worst, measure.unit)} (model {model})</td>" if model else "<td></td>"
        rows.append(f"<tr><td>{escape(measure.title)}</td>{cells}</tr>")
    top = "".join(f"<th>{column}</th>" for column in head)
    return f"<h2>Numbers</h2><table><thead><tr>{top}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _plots(check: Check) -> list[str]:
    first = check.models[0]
    which = " (model 1)" if len(check.models) > 1 else ""
    source = "the reference" if first.residue_error is not None else "crystal structures of 1.8 Å or better"
    blocks = (
        gallery(
            "Ramachandran",
            "Dark: favoured; light: allowed; red: outliers. Hover over a point for its residue.",
            ramachandran_plots([phi_psi(model.slots) for model in check.models]),
        ),
        gallery(
            "Side-chain torsions",
            f"Bars: the structure. Line: expected, from {source}, for the same composition.",
            chi_plots([(model.torsions, model.expected) for model in check.models], check.numbers),
        ),
        gallery(f"Error by residue{which}", "Symmetric names resolved, no superposition.", [error_plot(first)]),
        gallery(f"Confidence by residue{which}", "", [confidence_plot(first)]),
    )
    return [block for block in blocks if block]


def _view(check: Check) -> str:
    faults = sorted({MEASURES[reason.measure].faults for reason in check.reasons} - {""})
    first = check.models[0]
    note = "Drag to turn, wheel to zoom, shift-drag to move, double-click to start again."
    if len(check.models) > 1:
        note += " Model 1 is shown."
    if first.slots.present.sum() > MOST:
        note += f" Only the backbone is shown: there are more than {MOST:,} atoms."
    return (
        f'<h2>Structure</h2><p class="note">{note}</p><p class="controls" id="controls"></p>'
        f'<canvas id="view"></canvas><script>{shipped("viewer.js")}'
        'showScene(document.getElementById("view"), document.getElementById("controls"), '
        f"{scene(first, faults)});</script>"
    )
