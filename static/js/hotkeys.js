// Desk keys: F2 and the like press the button that carries them, unless a dialog is open in front of it.
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const open = document.querySelector("dialog[open]");
  const button = (open ?? document).querySelector(`[data-hotkey="${CSS.escape(event.key)}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});
