// Asks the station's card reader whether a card was laid on it, and goes where the server says. Nothing of the card
// passes through here.
const EVERY_MS = 700;

for (const form of document.querySelectorAll("form[data-card]")) {
  const words = document.querySelector("[data-card-words]");

  const say = (text) => {
    words.hidden = text === "";
    if (words.querySelector("p").textContent !== text) words.querySelector("p").textContent = text;
  };

  const ask = async () => {
    let againMs = EVERY_MS;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), cache: "no-store" });
      if (answer.redirected) return location.reload(); // the session is over
      const told = answer.status === 200 ? await answer.json() : {};
      if (told.go) return location.assign(told.go);
      if (answer.ok) say(told.words ?? "");
      againMs = told.again_ms ?? EVERY_MS;
    } catch {
      // Offline for a moment: the next turn asks again.
    }
    setTimeout(ask, againMs);
  };

  ask();
}
