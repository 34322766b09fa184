"""Training: a lead makes simulated devices go wrong while the venue runs, and lays cards on their readers."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response
from werkzeug.exceptions import NotFound

from devices.training import WELL, Drill, drills
from kiosk.auth import staff
from kiosk.strips import desk_context
from kiosk.training_words import fault_label
from kiosk.views.here import browser, origin, venue
from kiosk.views.search import find
from kiosk.wording import device_label
from local_db.search import Found

blueprint = Blueprint("training", __name__, url_prefix="/training")


@blueprint.get("/")
@staff("LEAD", "ADMIN")
def show() -> str:
    """One station's simulated devices with what can go wrong with them, and at which stations something does."""
    return _screen(request.args.get("station", browser().station), {})


@blueprint.post("/fault")
@staff("LEAD", "ADMIN")
def choose() -> Response:
    """Have a device go wrong, or be well again."""
    drill = _drill(request.form.get("role", ""))
    code = request.form.get("fault", WELL)
    if code != WELL and code not in drill.choices:
        raise NotFound
    drill.choose(code)
    station = request.form["station"]
    venue().store.note("training", station, origin(), role=drill.role, fault=code)
    words = " · ".join((device_label(drill.role), fault_label(drill.role, code)))
    flash(words, "good" if code == WELL else "attention")
    return redirect(url_for("training.show", station=station), 303)


@blueprint.post("/well")
@staff("LEAD", "ADMIN")
def all_well() -> Response:
    """Put every device right."""
    _ensure_training()
    for specs in _stations().values():
        for drill in specs.values():
            drill.choose(WELL)
    venue().store.note("training", "all", origin(), fault=WELL)
    flash(_("All simulated devices are well."), "good")
    return redirect(url_for("training.show"), 303)


@blueprint.post("/card")
@staff("LEAD", "ADMIN")
def lay_card() -> Response | tuple[str, int]:
    """Lay the card of somebody of the demo's roster on a reader, or take it away."""
    drill = _drill("card")
    station, text = request.form["station"], request.form.get("person", "").strip()
    if request.form.get("act") == "lift":
        drill.order(card=None)
        flash(_("The card was taken away."), "good")
        return redirect(url_for("training.show", station=station), 303)
    found = find(text)
    if len(found) != 1:
        words = _("Write the registration number or the document number of one person of the roster.")
        return _screen(station, {f"person-{station}": words}), 422
    number = int(found[0].registration.reg_no[-4:])
    drill.order(card=_card(found[0]), subject=number)
    if camera := _stations()[station].get("camera"):  # the person comes along with the card
        camera.order(subject=number)
    flash(_("The card lies on the reader."), "good")
    return redirect(url_for("training.show", station=station), 303)


def _screen(station: str, problems: dict[str, str]) -> str:
    _ensure_training()
    rigs = _stations()
    here = station if station in rigs else next(iter(rigs), "")
    others = [
        (name, venue().settings.stations[name].label, sum(drill.chosen() != WELL for drill in specs.values()))
        for name, specs in rigs.items()
    ]
    return render_template(
        "kiosk/training.html",
        **desk_context(),
        others=others,
        here=here,
        label=venue().settings.stations[here].label if here else None,
        rows=[_row(drill) for drill in rigs.get(here, {}).values()],
        problems=problems,
        chosen=request.form,
    )


def _row(drill: Drill) -> dict[str, object]:
    chosen = drill.chosen()
    return {
        "role": drill.role,
        "label": device_label(drill.role),
        "chosen": chosen,
        "word": fault_label(drill.role, chosen),
        "choices": [(code, fault_label(drill.role, code)) for code in (WELL, *drill.choices)],
    }


def _card(found: Found) -> dict[str, str]:
    fields = found.registration.fields
    names = ("name", "id_no", "sex", "ethnic_group", "born_on")
    return {name: fields.get(name, "") for name in names} | {"authority": "演示公安局", "valid_until": "长期"}


def _drill(role: str) -> Drill:
    _ensure_training()
    found = _stations().get(request.form.get("station", ""), {}).get(role)
    if found is None:
        raise NotFound
    return found


def _stations() -> dict[str, dict[str, Drill]]:
    rigs = {name: drills(station.devices) for name, station in venue().settings.stations.items()}
    return {name: found for name, found in rigs.items() if found}


def _ensure_training() -> None:
    """Only where everything is made up: at a real venue there is nothing to practise on."""
    if not venue().settings.demo:
        raise NotFound
