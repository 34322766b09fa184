// Sends chosen pictures one by one, with a preview and how far each is; then shows the page with what came of them.
// Without this script the form sends them together.
for (const form of document.querySelectorAll("form[data-upload]")) {
  const field = form.querySelector("input[type=file]");
  const list = form.querySelector("[data-upload-list]");
  const button = form.querySelector(".portal__send");
  button.hidden = true;
  field.addEventListener("change", async () => {
    const files = [...field.files];
    if (!files.length) return;
    field.disabled = true;
    list.replaceChildren();
    const rows = files.map((file) => row(file, list));
    let isAllAnswered = true;
    for (const [number, file] of files.entries()) {
      const result = await send(form, file, rows[number]);
      rows[number].say(result.text, result.state);
      isAllAnswered &&= result.isAnswered;
    }
    // The page says what came of each; what did not get through is known only here, and stays to be read.
    if (isAllAnswered) refresh(form);
    field.value = "";
    field.disabled = false;
  });
}

function row(file, list) {
  const line = document.createElement("li");
  const preview = document.createElement("img");
  const bar = document.createElement("progress");
  const words = document.createElement("span");
  line.className = "sending";
  preview.className = "sending__picture";
  preview.alt = "";
  preview.src = URL.createObjectURL(file);
  preview.addEventListener("error", () => { preview.hidden = true; });
  bar.max = 1;
  bar.setAttribute("aria-label", file.name);
  words.textContent = file.name;
  line.append(preview, words, bar);
  list.append(line);
  return {
    progress(share) { if (share === null) bar.removeAttribute("value"); else bar.value = share; },
    say(text, state = "") {
      words.textContent = `${file.name}: ${text}`;
      if (!state) return;
      line.className = `sending sending--${state}`;
      line.dataset.state = state;
      bar.remove();
    },
  };
}

function send(form, file, shown) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("pictures", file);
    const failed = () => done({ state: "bad", text: form.dataset.failed, isAnswered: false });
    shown.say(form.dataset.sending);
    request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) shown.progress(event.loaded / event.total); });
    request.upload.addEventListener("load", () => { shown.progress(null); shown.say(form.dataset.checking); });
    request.addEventListener("error", failed);
    request.addEventListener("load", () => {
      try {
        done({ ...JSON.parse(request.responseText).results[0], isAnswered: request.status === 200 });
      } catch {
        failed();
      }
    });
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}

function refresh(form) {
  location.hash = form.closest("section").id;
  location.reload();
}
