"""Which steps exist. Adding one is a file, a line here and a template."""

STEPS: dict[str, str] = {
    "arrival": "kiosk.steps.arrival:ArrivalStep",
    "form": "kiosk.steps.form:FormStep",
    "consent": "kiosk.steps.consent:ConsentStep",
    "materials": "kiosk.steps.materials:MaterialsStep",
    "signature": "kiosk.steps.signature:SignatureStep",
    "fingerprint": "kiosk.steps.fingerprint:FingerprintStep",
    "photo": "kiosk.steps.photo:PhotoStep",
}
