// Starts textual-serve's terminal once its font is there, for it measures a letter at the start.
"use strict";

addEventListener("load", async () => {
  const terminal = document.getElementById("terminal");
  const wished = new URLSearchParams(location.search);
  const size = Number(wished.get("size")) || 14;
  const language = (wished.get("lang") || document.documentElement.lang) === "en" ? "en" : "fr";
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  terminal.dataset.sessionWebsocketUrl = `${scheme}://${location.host}/kiosk/terminal/${language}`;
  terminal.dataset.fontSize = String(Math.min(Math.max(size, 6), 40));
  document.getElementById("again").addEventListener("click", () => location.reload());
  // A badge is scanned before anybody has clicked, and also after a click beside the terminal. In
  // another's frame (the demo), what is typed beside it is not ours to take.
  const listen = () => window === window.top && terminal.querySelector("textarea")?.focus();
  document.addEventListener("click", listen);
  document.addEventListener("visibilitychange", listen);
  new MutationObserver(() => { listen(); forget(terminal); }).observe(document.body, { attributeFilter: ["class"] });
  await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} 16px "Roboto Mono"`)));
  const script = document.createElement("script");
  script.src = "/static/js/textual.js";
  script.addEventListener("load", () => window.onload(new Event("load")));
  document.head.append(script);
});

// What the last person saw goes with their kiosk; the next one is a new page, as soon as there can be one.
function forget(terminal) {
  if (!document.body.classList.contains("-closed") || !terminal.isConnected) return;
  terminal.remove();
  setInterval(async () => {
    const there = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (there && there.ok) location.reload();
  }, 5000);
}
