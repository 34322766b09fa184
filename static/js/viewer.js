// A picture that can be made larger, turned and moved; the buttons and their keys (keys.js) do all of it.
const STEP = 1.25, MOST = 8, LEAST = 1, PAN_PX = 80;

for (const viewer of document.querySelectorAll("[data-viewer]")) {
  const stage = viewer.querySelector("[data-viewer-stage]");
  const picture = viewer.querySelector("[data-viewer-picture]");
  const view = { scale: 1, turn: 0, x: 0, y: 0 };
  let held = null;

  const draw = () => {
    // Lying on its side it has to fit the stage's height with its width.
    const onSide = view.turn % 180 !== 0;
    const fit = onSide ? Math.min(1, stage.clientHeight / picture.clientWidth, stage.clientWidth / picture.clientHeight) : 1;
    picture.style.transform = `translate(${view.x}px, ${view.y}px) rotate(${view.turn}deg) scale(${view.scale * fit})`;
    viewer.dataset.scale = view.scale.toFixed(2);
    viewer.dataset.turn = String(((view.turn % 360) + 360) % 360);
  };
  const acts = {
    in: () => { view.scale = Math.min(MOST, view.scale * STEP); },
    out: () => { view.scale = Math.max(LEAST, view.scale / STEP); if (view.scale === LEAST) view.x = view.y = 0; },
    fit: () => { Object.assign(view, { scale: 1, turn: 0, x: 0, y: 0 }); },
    left: () => { view.turn -= 90; },
    right: () => { view.turn += 90; },
  };
  const moves = { ArrowLeft: [PAN_PX, 0], ArrowRight: [-PAN_PX, 0], ArrowUp: [0, PAN_PX], ArrowDown: [0, -PAN_PX] };

  viewer.querySelector("[data-viewer-tools]").hidden = false;
  viewer.classList.add("viewer--live");
  for (const button of viewer.querySelectorAll("[data-viewer-act]")) {
    button.addEventListener("click", () => { acts[button.dataset.viewerAct](); draw(); });
  }
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, dialog");
    if (!event.shiftKey || !(event.key in moves) || isTyping) return;
    event.preventDefault();
    view.x += moves[event.key][0];
    view.y += moves[event.key][1];
    draw();
  });
  picture.addEventListener("click", (event) => event.preventDefault());
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  stage.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the wheel alone scrolls the page, as everywhere
    event.preventDefault();
    acts[event.deltaY < 0 ? "in" : "out"]();
    draw();
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    if (view.scale === LEAST && event.pointerType === "touch") return; // a finger scrolls until there is something to move
    held = { id: event.pointerId, x: event.clientX - view.x, y: event.clientY - view.y };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held || held.id !== event.pointerId) return;
    view.x = event.clientX - held.x;
    view.y = event.clientY - held.y;
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { held = null; });
}
