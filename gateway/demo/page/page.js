// The table: two phones, a mailbox, the kiosk, and the tour that leads from one to the next.
import { Mailbox } from "./mail.js";
import { Phone } from "./phone.js";
import { say } from "./words.js";
import { get, post, watch } from "./wire.js";

const at = (id) => document.getElementById(id);
const STEPS = ["texted", "answered", "scanned", "asked"];
const [COLUMNS, ROWS] = [80, 24];

class App {
  constructor(state) {
    Object.assign(this, state);
    const wished = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem("language");
    this.language = ["fr", "en"].includes(wished) ? wished : navigator.language.startsWith("fr") ? "fr" : "en";
    this.done = new Set();
    const places = document.querySelectorAll(".phone-place");
    this.phonesShown = [...places].map((place, index) => new Phone(place, this, state.phones[index]));
    this.mail = new Mailbox(this, state.mailbox);
  }

  person(badge) {
    return this.people.find((one) => one.badge === badge);
  }

  async show() {
    document.documentElement.lang = this.language;
    for (const place of document.querySelectorAll("[data-t]")) {
      place.textContent = say(this.language, place.dataset.t);
    }
    for (const button of document.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === this.language));
    }
    at("kiosk-site").textContent = `${this.company} · ${this.kiosk.site}`;
    this.tour();
    this.badges();
    this.alive(this.isAlive);
    await Promise.all([...this.phonesShown.map((phone) => phone.show()), this.mail.show()]);
  }

  speak(language) {
    this.language = language;
    localStorage.setItem("language", language);
    this.show();
  }

  happened(event) {
    if (event.kind === "mail") this.mail.heard(event.mail);
    if (event.kind !== "text") return;
    for (const phone of this.phonesShown) phone.heard(event.number, event.text);
    if (event.number !== this.person(this.phones[0]).number || !event.text.outgoing) return;
    const asks = /^\s*(neuf|news|aide|commands|h|\?)\s*$/i.test(event.text.body);
    this.did(asks ? "asked" : "texted");
  }

  did(step) {
    this.done.add(step);
    this.tour();
  }

  tour() {
    const names = {
      driver: this.person(this.phones[0]).name.split(" ")[0],
      office: this.person(this.mailbox).name,
      sorter: this.person(this.kiosk.badge).name.split(" ")[0],
      pin: this.kiosk.pin,
    };
    const now = STEPS.findIndex((step) => !this.done.has(step));
    at("tour").replaceChildren(
      ...STEPS.map((step, index) => {
        const item = document.createElement("li");
        const act = Object.assign(document.createElement("button"), { type: "button" });
        const key = `tour-${index + 1}`;
        const part = (kind, className, words) =>
          act.append(Object.assign(document.createElement(kind), { className, textContent: words }), " ");
        part("span", "step", this.done.has(step) ? "✓" : String(index + 1));
        part("b", "", say(this.language, key));
        part("span", "how", `${say(this.language, `${key}-how`, names)} `);
        const doing = `${say(this.language, `${key}-do`)} ›`;
        act.lastElementChild.append(Object.assign(document.createElement("i"), { textContent: doing }));
        act.addEventListener("click", () => this.lead(index));
        item.append(act);
        item.classList.toggle("now", index === now);
        item.classList.toggle("done", this.done.has(step));
        if (index === now) item.setAttribute("aria-current", "step");
        return item;
      }),
    );
  }

  lead(index) {
    const words = say(this.language, `tour-${index + 1}-say`);
    if (index === 0 || index === 3) {
      const [phone] = this.phonesShown;
      if (phone.select.value !== this.phones[0]) {
        phone.select.value = this.phones[0];
        phone.show();
      }
      phone.type(words);
    } else if (index === 1) this.mail.answerNewest(words);
    else this.scan(this.kiosk.badge);
  }

  badges() {
    at("badges").replaceChildren(
      ...this.people.filter((one) => one.pin).map((one) => {
        const item = document.createElement("li");
        const scan = document.createElement("button");
        scan.type = "button";
        scan.textContent = say(this.language, "scan");
        scan.setAttribute("aria-label", `${scan.textContent} : ${one.name}`);
        scan.addEventListener("click", () => this.scan(one.badge));
        const name = Object.assign(document.createElement("b"), { textContent: one.name });
        const job = Object.assign(document.createElement("span"), { textContent: one.job });
        const pin = Object.assign(document.createElement("code"), { textContent: one.pin });
        pin.title = say(this.language, "code");
        item.append(name, job, pin, scan);
        return item;
      }),
    );
  }

  async scan(badge) {
    try {
      await post("/kiosk/scan", { badge });
      at("kiosk").focus();
      at("kiosk").contentDocument?.querySelector("textarea")?.focus();
      this.did("scanned");
    } catch (error) {
      this.trouble(error.message);
    }
  }

  alive(is) {
    this.isAlive = is;
    at("live").classList.toggle("on", is);
    at("live-words").textContent = say(this.language, is ? "live" : "gone");
  }

  trouble(why) {
    at("trouble").textContent = say(this.language, "trouble", { why });
    at("trouble").hidden = false;
    clearTimeout(this.hide);
    this.hide = setTimeout(() => (at("trouble").hidden = true), 6000);
  }
}

/** The largest letters with which 80 x 24 of them leave room for the mailbox and the badges. */
function openKiosk(language) {
  const frame = at("kiosk");
  const main = document.querySelector("main").getBoundingClientRect();
  const panel = document.querySelector(".panel").getBoundingClientRect();
  const ratio = devicePixelRatio || 1;
  const cell = (size) => [Math.floor(size * 0.6 * ratio) / ratio, Math.ceil(size * 1.32 * ratio) / ratio];
  const fits = (size) => {
    const [width, height] = cell(size);
    return width * COLUMNS <= panel.width - 234 && height * ROWS <= main.height * 0.58 - 34;
  };
  let size = 20;
  while (size > 10 && !fits(size)) size -= 1;
  const [width, height] = cell(size);
  frame.style.width = `${Math.ceil(width * COLUMNS) + 2}px`;
  frame.style.height = `${Math.ceil(height * ROWS) + 2}px`;
  frame.src = `/kiosk?size=${size}&lang=${language}`;
}

const app = new App(await get("/state"));
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => app.speak(button.dataset.language));
}
const shown = app.show();
openKiosk(app.language);
await shown;
watch((event) => app.happened(event), (is) => app.alive(is));
document.body.dataset.ready = "yes";
