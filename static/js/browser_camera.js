// The station's own camera: shows it, brings check frames to the venue, and stills when the venue asks for them.
const CHECK_MS = 200;
const CHECK_WIDTH = 1280;
const CHECK_QUALITY = 0.8;
const AGAIN_MS = 2000;
// One name for the window, whatever page it shows: two windows cannot be one camera.
const WINDOW = sessionStorage.getItem("kaodian-window") ?? Math.random().toString(36).slice(2);
sessionStorage.setItem("kaodian-window", WINDOW);

const chosen = (role) => `kaodian-camera-${role}`;

class Eye {
  constructor(host) {
    this.host = host;
    this.video = host.querySelector("video");
    this.lost = host.querySelector("[data-camera-lost]");
    this.picker = document.querySelector(`[data-camera-picker="${host.dataset.cameraRole}"]`);
    this.canvas = document.createElement("canvas");
    this.stream = null;
    this.last = Promise.resolve();
    this.picker?.addEventListener("change", () => this.choose());
    navigator.mediaDevices?.addEventListener("devicechange", () => this.open());
    this.open();
    this.turn();
  }

  async open() {
    if (!navigator.mediaDevices) {
      this.refuse("insecure");
      return;
    }
    if (this.stream?.getVideoTracks().some((track) => track.readyState === "live")) {
      this.list();
      return;
    }
    if (this.opening) return;
    this.opening = true;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: this.wish() });
    } catch (error) {
      if (error.name === "OverconstrainedError") localStorage.removeItem(chosen(this.host.dataset.cameraRole));
      this.refuse(error.name);
      return;
    } finally {
      this.opening = false;
    }
    const [track] = this.stream.getVideoTracks();
    track.addEventListener("ended", () => this.refuse("NotFoundError"));
    this.video.srcObject = this.stream;
    this.lost.hidden = true;
    this.list();
  }

  wish() {
    const id = localStorage.getItem(chosen(this.host.dataset.cameraRole));
    const size = { width: { ideal: 1920 }, height: { ideal: 1080 } };
    return id ? { ...size, deviceId: { exact: id } } : size;
  }

  choose() {
    localStorage.setItem(chosen(this.host.dataset.cameraRole), this.picker.value);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.open();
  }

  async list() {
    if (!this.picker) return;
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
    const now = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    this.picker.replaceChildren(...cameras.map(({ deviceId, label }, place) => {
      const words = label || `${this.picker.dataset.wordCamera} ${place + 1}`;
      return new Option(words, deviceId, false, deviceId === now);
    }));
  }

  refuse(name) {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    const word = `word${name[0].toUpperCase()}${name.slice(1)}`;
    this.lost.textContent = this.host.dataset[word] ?? this.host.dataset.wordNotFoundError;
    this.lost.hidden = false;
    this.send(this.host.dataset.troubleUrl, { name }).catch(() => {});
    if (name !== "insecure") setTimeout(() => this.open(), AGAIN_MS);
  }

  async turn() {
    const begun = Date.now();
    try {
      if (this.stream && this.video.videoWidth) {
        let { want } = await this.bring("image/jpeg", CHECK_QUALITY, CHECK_WIDTH, {});
        while (want > 0) {
          await this.nextPicture();
          ({ want } = await this.bring("image/png", 1, this.video.videoWidth, { still: "1" }));
        }
      }
    } catch {
      // The venue's computer does not answer for a moment; the next turn tries again.
    }
    setTimeout(() => this.turn(), Math.max(0, CHECK_MS - (Date.now() - begun)));
  }

  nextPicture() {
    return new Promise((done) => {
      const late = setTimeout(done, CHECK_MS);
      this.video.requestVideoFrameCallback?.(() => { clearTimeout(late); done(); });
    });
  }

  async bring(type, quality, mostWidth, extra) {
    const scale = Math.min(1, mostWidth / this.video.videoWidth);
    this.canvas.width = Math.round(this.video.videoWidth * scale);
    this.canvas.height = Math.round(this.video.videoHeight * scale);
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    const picture = await new Promise((done) => { this.canvas.toBlob(done, type, quality); });
    if (!this.stream) return { want: 0 };
    const answer = await this.send(this.host.dataset.framesUrl, extra, picture);
    this.lost.textContent = this.host.dataset.wordOtherWindow;
    this.lost.hidden = answer.status !== 409;
    return answer.ok ? answer.json() : { want: 0 };
  }

  // One after the other: a picture on the way must not overtake the word that the camera is gone.
  send(address, extra, body) {
    const url = new URL(address, location.href);
    url.search = new URLSearchParams({ window: WINDOW, ...extra });
    const options = { method: "POST", body, headers: { "X-CSRFToken": this.host.dataset.token } };
    const sent = this.last.then(() => fetch(url, options));
    this.last = sent.catch(() => {});
    return sent;
  }
}

for (const host of document.querySelectorAll("[data-browser-camera]")) new Eye(host);
