// Makes a picture larger or smaller in its frame, and turns it: the sizes stand in the style sheet.
const LARGEST = 4;
for (const frame of document.querySelectorAll("[data-zoom]")) {
  const step = (by) => {
    frame.dataset.zoom = Math.min(LARGEST, Math.max(1, Number(frame.dataset.zoom) + by));
  };
  for (const button of frame.querySelectorAll("[data-zoom-by]")) {
    button.addEventListener("click", () => step(Number(button.dataset.zoomBy)));
  }
  for (const button of frame.querySelectorAll("[data-turn-by]")) {
    button.addEventListener("click", () => {
      frame.dataset.turn = (Number(frame.dataset.turn) + Number(button.dataset.turnBy)) % 4;
    });
  }
  frame.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") step(1);
    if (event.key === "-") step(-1);
  });
}
