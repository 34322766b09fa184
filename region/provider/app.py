"""The demo's registration system as a web app of its own: where made-up candidates say who they are."""

import secrets
from typing import Any

from authlib.oauth2 import OAuth2Error
from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect

from region import preferences
from region.guard import HEADERS
from region.paths import ROOT
from region.provider.server import Account, Provider
from region.settings import Settings

PATH = "/demo-registration"
PASSWORD = "000000"  # noqa: S105 - printed at the start, and on the page

Answer = str | Response | tuple[str, int]


def create_provider(settings: Settings, provider: Provider) -> Flask:
    """Return the app; it knows nobody but the accounts it is given."""
    app = Flask("registration", root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=secrets.token_hex(32),
        SESSION_COOKIE_NAME=f"kaodian_registration_{settings.port}",
        SESSION_COOKIE_PATH=PATH,
        SESSION_COOKIE_SAMESITE="Strict",
        TRUSTED_HOSTS=settings.host_names,
        TRANSLATIONS=str(ROOT / "translations"),
    )
    preferences.install(app, settings)
    app.register_blueprint(preferences.blueprint(settings))
    server = provider.server(app)
    _add_pages(app, provider, server)
    _add_documents(app, provider, server, CSRFProtect(app))
    _dress(app, settings)
    return app


def _add_pages(app: Flask, provider: Provider, server: Any) -> None:
    @app.get("/authorize")
    def ask() -> Answer:
        return _page(provider, server, "")

    @app.post("/authorize")
    def answer() -> Answer:
        account = provider.accounts.get(request.form.get("account", ""))
        wants = request.form.get("act") != "refuse"
        if wants and (account is None or request.form.get("secret", "") != PASSWORD):
            page = _page(provider, server, _("Choose a candidate and type the password that is written here."))
            return (page, 422) if isinstance(page, str) else page
        return _granted(server, account if wants else None)


def _add_documents(app: Flask, provider: Provider, server: Any, protection: CSRFProtect) -> None:
    @app.post("/token")
    def token() -> Response:
        response: Response = server.create_token_response()
        return response

    protection.exempt(token)

    @app.get("/.well-known/openid-configuration")
    def document() -> Response:
        return jsonify(provider.document())

    @app.get("/jwks")
    def keys() -> Response:
        return jsonify(keys=[provider.key.as_dict(private=False)])


def _dress(app: Flask, settings: Settings) -> None:
    @app.context_processor
    def frame() -> dict[str, object]:
        here = request.full_path if request.query_string else request.path
        return {"next_path": request.script_root + here}

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # The answer to the form leads back to where candidates came from, which may be this computer's other name.
        policy = response.headers["Content-Security-Policy"]
        ways = f"form-action 'self' http://127.0.0.1:{settings.port} http://localhost:{settings.port}"
        response.headers["Content-Security-Policy"] = policy.replace("form-action 'self'", ways)
        response.headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
        return response


def _page(provider: Provider, server: Any, problem: str) -> Answer:
    try:
        server.get_consent_grant()
    except OAuth2Error as error:
        return render_template("region/provider/sign_in.html", accounts=[], trouble=error.error), 400
    people = list(provider.accounts.values())
    problems = {"account": problem} if problem else {}
    return render_template("region/provider/sign_in.html", accounts=people, password=PASSWORD, problems=problems)


def _granted(server: Any, account: Account | None) -> Answer:
    asked = server.create_oauth2_request(None)
    grant = server.get_authorization_grant(asked)
    response: Response = server.create_authorization_response(asked, grant_user=account, grant=grant)
    if response.status_code == 302:
        response.status_code = 303
    return response
