// A form is sent once, however often its button is pressed; the server guards itself as well.
// The guard is lifted when the page comes back from the browser's cache.
const sent = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.hasAttribute("data-repeat") || form.method === "dialog") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  const button = event.submitter ?? form.querySelector(".button--primary");
  button?.classList.add("button--busy");
  button?.setAttribute("aria-busy", "true");
});

window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) sent.delete(form);
  for (const button of document.querySelectorAll(".button--busy")) {
    button.classList.remove("button--busy");
    button.removeAttribute("aria-busy");
  }
});
