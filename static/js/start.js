// Loads a widget's module when the page carries its attribute. One file a widget.
const WIDGETS = {
  "[data-idle-s]": "./idle.js",
  "[data-keypad]": "./keypad.js",
  "[data-signature]": "./signature.js",
  "[data-preview-url], [data-checks-url], [data-countdown-s]": "./camera.js",
  "[data-finger-url]": "./finger.js",
  "[data-page-url]": "./papers.js",
  "[data-browser-camera]": "./browser_camera.js",
  "[data-autosubmit-ms]": "./autosubmit.js",
  "[data-poll-url]": "./poll.js",
  "[data-board], [data-clock]": "./board.js",
  "[data-scan]": "./scanner.js",
  "form[data-card]": "./card.js",
  "[data-leave-s]": "./leave.js",
  "[data-hotkey]": "./hotkeys.js",
  "[data-sound]": "./sounds.js",
  "[data-dialog]": "./dialog.js",
  "[data-scroll]": "./scroll.js",
  "[data-zoom]": "./zoom.js",
  "[data-error-summary]": "./errors.js",
  "[data-file]": "./files.js",
  "form[data-upload]": "./upload.js",
  "a[data-print]": "./print.js",
  "form[data-print]": "./sheet.js",
  "[data-viewer]": "./viewer.js",
  "[data-keys]": "./keys.js",
  "[data-plot]": "./plot.js",
  "[data-autosave]": "./autosave.js",
  "[data-claim-until]": "./claim.js",
  "form": "./once.js",
};

const wanted = Object.entries(WIDGETS).filter(([selector]) => document.querySelector(selector));
const started = wanted.map(([, module]) => import(module).catch((error) => console.error(module, error)));
// For tests and for people who look: from here on every widget answers.
Promise.all(started).then(() => { document.documentElement.dataset.started = "yes"; });
