// Three sounds, made here so that no file has to load; each always goes with words on the screen.
const NOTES = {
  accept: [{ hz: 1320, s: 0.14 }],
  attention: [{ hz: 780, s: 0.16 }, { hz: 780, s: 0.16 }],
  fail: [{ hz: 260, s: 0.5 }],
  tick: [{ hz: 980, s: 0.06 }],
};
const GAP_S = 0.09;
let audio = null;

export function play(name) {
  try {
    audio ??= new AudioContext();
    let at = audio.currentTime;
    for (const { hz, s } of NOTES[name] ?? []) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = hz;
      volume.gain.setValueAtTime(0.25, at);
      volume.gain.linearRampToValueAtTime(0, at + s);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + s);
      at += s + GAP_S;
    }
  } catch (error) {
    console.warn("no sound", error);
  }
}

const wanted = document.querySelector("[data-sound]");
if (wanted) play(wanted.dataset.sound);
