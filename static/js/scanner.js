// A keyboard-wedge scanner types digits (or X) within 50 ms of each other and ends with Enter.
// Reads event.code, not event.key, so that a pinyin input method cannot eat the digits.
const GAP_MS = 50;
const SHORTEST = 4;
const form = document.querySelector("form[data-scan]");
const field = form.querySelector("[data-scan-field]");
let heard = "";
let lastAt = 0;

function character(code) {
  if (code === "KeyX") return "X";
  return /^(?:Digit|Numpad)\d$/.test(code) ? code.at(-1) : "";
}

document.addEventListener("keydown", (event) => {
  const quick = event.timeStamp - lastAt <= GAP_MS;
  lastAt = event.timeStamp;
  if ((event.code === "Enter" || event.code === "NumpadEnter") && quick && heard.length >= SHORTEST) {
    event.preventDefault();
    event.stopPropagation();
    field.value = heard;
    heard = "";
    form.requestSubmit();
    return;
  }
  const read = character(event.code);
  heard = quick && read ? heard + read : read;
}, { capture: true });
