// Single keys at a reviewer's desk: they press what carries them. Off while somebody types, and altogether by the switch
// (WCAG 2.1.4); what was chosen is remembered by this browser.
const STORE = "kaodian-single-keys";
const panel = document.querySelector("[data-keys]");
const toggle = document.querySelector("[data-keys-switch]");
const items = [...document.querySelectorAll("[data-item]")];

panel.hidden = false;
toggle.checked = localStorage.getItem(STORE) !== "off";
toggle.addEventListener("change", () => localStorage.setItem(STORE, toggle.checked ? "on" : "off"));

const focusOn = (id) => {
  const field = document.getElementById(id);
  field?.scrollIntoView({ block: "center" });
  field?.focus();
  return field !== null;
};
const step = (by) => {
  const at = items.findIndex((item) => item.hasAttribute("aria-current"));
  const next = items[at + by];
  if (next) location.assign(next.href);
  return next !== undefined;
};
const acts = {
  s: () => focusOn("field-mark-opinion"),
  n: () => focusOn("field-note"),
  c: () => focusOn(document.querySelector("[name=act]:checked")?.id ?? "field-act"),
  ArrowUp: () => step(-1),
  ArrowDown: () => step(1),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (event.key === "Escape" && typing) typing.blur();
  const inChoice = event.target.closest("[type=radio]") && event.key.startsWith("Arrow");
  if (typing || inChoice || !toggle.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.shiftKey && event.key.startsWith("Arrow")) return; // moves the picture (viewer.js)
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const button = document.querySelector(`[data-key="${CSS.escape(key === "=" ? "+" : key)}"]`);
  if (button) button.click();
  else if (!acts[key]?.()) return;
  event.preventDefault();
});
