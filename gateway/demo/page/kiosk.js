// Starts textual-serve's terminal once its font is there, for it measures a letter at the start.
"use strict";

addEventListener("load", async () => {
  const terminal = document.getElementById("terminal");
  const wished = new URLSearchParams(location.search);
  const size = Number(wished.get("size")) || 14;
  const language = wished.get("lang") === "en" ? "en" : "fr";
  terminal.dataset.sessionWebsocketUrl = `ws://${location.host}/kiosk/terminal/${language}`;
  terminal.dataset.fontSize = String(Math.min(Math.max(size, 6), 40));
  document.getElementById("again").addEventListener("click", () => location.reload());
  await Promise.all(["400", "700"].map((weight) => document.fonts.load(`${weight} 16px "Roboto Mono"`)));
  const script = document.createElement("script");
  script.src = "/static/js/textual.js";
  script.addEventListener("load", () => window.onload(new Event("load")));
  document.head.append(script);
});
