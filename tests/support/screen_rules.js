// What docs/screens.md promises about every screen, measured on the page as it is shown.
(rules) => {
  const faults = [];
  const name = (node) => {
    const words = (node.innerText || node.getAttribute("aria-label") || node.name || "").trim().slice(0, 30);
    return `<${node.tagName.toLowerCase()} class="${node.className.baseVal ?? node.className}"> ${words}`;
  };
  const isHiddenVisually = (node) => node.closest(".visually-hidden, noscript, datalist") !== null;
  const isSeen = (node) => {
    const box = node.getBoundingClientRect();
    return node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && box.width > 1 && box.height > 1;
  };
  const isInside = (box) =>
    box.left >= -1 && box.top >= -1 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;

  const headings = [...document.querySelectorAll("h1")].filter((node) => node.checkVisibility());
  if (headings.length !== 1) faults.push(`${headings.length} h1`);

  if (rules.kiosk) {
    const main = document.querySelectorAll(".kiosk__footer .button--primary");
    if (main.length !== 1) faults.push(`${main.length} primary buttons in the footer`);
    for (const bar of document.querySelectorAll(".kiosk__header, .kiosk__footer")) {
      if (!isInside(bar.getBoundingClientRect())) faults.push(`not wholly visible: ${name(bar)}`);
      for (const node of bar.querySelectorAll("button, a, p")) {
        if (isSeen(node) && !isInside(node.getBoundingClientRect())) faults.push(`out of sight: ${name(node)}`);
      }
    }
    const pane = document.querySelector(".kiosk__main");
    if (rules.still && pane && !document.querySelector(".error-summary, .notices .notice") && pane.scrollHeight > pane.clientHeight + 1) {
      faults.push(`scrolls: ${pane.scrollHeight} px in ${pane.clientHeight}`);
    }
  }

  const acts = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const node of document.querySelectorAll(acts)) {
    const target = node.closest("label, .file__button") ?? node;
    if (!isSeen(target) || isHiddenVisually(node) || node.disabled) continue;
    const box = target.getBoundingClientRect();
    if (box.width < rules.targetPx - 0.5 || box.height < rules.targetPx - 0.5) {
      faults.push(`target ${Math.round(box.width)}×${Math.round(box.height)}: ${name(target)}`);
    }
    if (target.matches(".button:not(.file__button), .keypad__key") && target.scrollWidth > target.clientWidth + 1) {
      faults.push(`words wider than the button: ${name(target)}`);
    }
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const words = new Set();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.data.replace(/\s+/g, " ").trim();
    const holder = node.parentElement;
    if (!text || holder.closest("script, style, noscript, [lang]:not(html)")) continue;
    words.add(text);
    if (!isSeen(holder) || isHiddenVisually(holder)) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < rules.textPx - 0.1) faults.push(`text of ${size} px: ${text.slice(0, 30)}`);
  }
  for (const node of document.querySelectorAll("[aria-label], [alt], [title], [placeholder]")) {
    if (node.closest("[lang]:not(html)")) continue;
    for (const key of ["aria-label", "alt", "title", "placeholder"]) {
      const text = node.getAttribute(key);
      if (text) words.add(text.trim());
    }
  }
  words.add(document.title);

  if (document.documentElement.scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((node) => node.getBoundingClientRect().right > innerWidth + 1);
    faults.push(`scrolls sideways: ${wide.slice(0, 3).map(name).join(" | ")}`);
  }
  for (const node of document.querySelectorAll(".kiosk__main, .kiosk__screen, .desk__side")) {
    if (node.scrollWidth > node.clientWidth + 1) faults.push(`scrolls sideways inside: ${name(node)}`);
  }
  return { faults, words: [...words] };
}
