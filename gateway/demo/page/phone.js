// An old phone: texts on a small green screen, a counter of segments, keys.
import { say, when } from "./words.js";
import { get, post } from "./wire.js";

const KEYS = ["1", "2 abc", "3 def", "4 ghi", "5 jkl", "6 mno", "7 pqrs", "8 tuv", "9 wxyz", "*", "0", "#"];
const NUMBER = /(?:^|[\s(])(\d{3,7})(?=[\s:])/;

export class Phone {
  constructor(place, app, badge) {
    this.app = app;
    this.place = place;
    place.append(document.getElementById("phone").content.cloneNode(true));
    this.select = place.querySelector("select");
    this.list = place.querySelector(".texts");
    this.box = place.querySelector("textarea");
    this.counter = place.querySelector(".counter");
    this.chips = place.querySelector(".chips");
    this.sendKey = place.querySelector(".send");
    this.clearKey = place.querySelector(".clear");
    this.#keypad();
    for (const person of app.people.filter((one) => one.number)) {
      this.select.add(new Option(`${person.name} · ${person.job}`, person.badge));
    }
    this.select.value = badge;
    this.select.addEventListener("change", () => this.show());
    this.box.addEventListener("input", () => this.#count());
    this.box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        this.send();
      }
    });
    this.sendKey.addEventListener("click", () => this.send());
    this.clearKey.addEventListener("click", () => this.type(""));
    new ResizeObserver(() => this.#last()).observe(this.list);
    this.#tick();
    setInterval(() => this.#tick(), 2000);
  }

  get person() {
    return this.app.people.find((one) => one.badge === this.select.value);
  }

  /** Everything anew, in the language of the page. */
  async show() {
    const { language } = this.app;
    this.box.placeholder = say(language, "write");
    this.box.setAttribute("aria-label", say(language, "write"));
    this.sendKey.textContent = say(language, "send-text");
    this.clearKey.textContent = say(language, "clear");
    this.list.setAttribute("aria-label", say(language, "phone-of", { name: this.person.name }));
    const texts = await get(`/phones/${this.person.badge}/texts`);
    this.list.replaceChildren();
    this.last = "";
    for (const text of texts) this.#add(text);
    this.#chips();
    this.#count();
  }

  /** A text that came or went; whether it is one of this phone. */
  heard(number, text) {
    if (number !== this.person.number) return false;
    this.#add(text);
    this.#chips();
    if (!text.outgoing) this.#ring();
    return true;
  }

  type(words) {
    this.box.value = words;
    this.box.focus();
    this.#count();
  }

  async send() {
    const body = this.box.value.trim();
    if (!body || this.sendKey.disabled) return;
    this.sendKey.disabled = true;
    try {
      const sent = post(`/phones/${this.person.badge}/texts`, { body });
      this.type("");
      const { acknowledged } = await sent;
      if (!acknowledged) this.app.trouble("webhook");
    } catch (error) {
      this.type(body);
      this.app.trouble(error.message);
    } finally {
      this.sendKey.disabled = false;
    }
  }

  #add(text) {
    const item = document.createElement("li");
    item.className = text.outgoing ? "out" : "in";
    item.lang = this.person.language;
    const words = document.createElement("p");
    words.textContent = text.body;
    const foot = document.createElement("small");
    const cost = text.segments > 1 ? ` · ${text.segments} SMS` : "";
    foot.textContent = `${text.outgoing ? "» " : ""}${when(this.app.language, text.at)}${cost}`;
    item.append(words, foot);
    this.list.append(item);
    const found = text.outgoing ? null : NUMBER.exec(text.body);
    if (found) this.last = found[1];
  }

  #chips() {
    const { language } = this.app;
    const number = this.last;
    const keys = ["news", "groups", "help", "post-start"];
    if (number) keys.splice(0, 3, "news", "answer-start", "thanks", "read");
    this.chips.replaceChildren(
      ...keys.map((key) => {
        const chip = document.createElement("button");
        const words = say(this.person.language === "en" ? "en" : language, key, { number });
        chip.type = "button";
        chip.textContent = words.endsWith(" ") ? `${words}…` : words;
        chip.addEventListener("click", () => this.type(words));
        return chip;
      }),
    );
    this.#last();
  }

  /** The newest text in sight, also when the screen has become smaller. */
  #last() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  #count() {
    const { gsm, language } = this.app;
    const text = this.box.value.normalize("NFC");
    const letters = [...text];
    const plain = letters.every((letter) => gsm.basic.includes(letter) || gsm.extension.includes(letter));
    const sizes = letters.map((one) => (plain ? (gsm.extension.includes(one) ? 2 : 1) : one.length));
    const used = sizes.reduce((sum, size) => sum + size, 0);
    const [single, joined] = plain ? [160, 153] : [70, 67];
    let [count, filled] = [1, 0];
    if (used > single) {
      for (const size of sizes) {
        filled += size;
        if (filled > joined) [count, filled] = [count + 1, size];
      }
    }
    const room = used > single ? count * joined : single;
    this.counter.textContent = say(language, "counter", { count, used, room });
    this.counter.classList.toggle("many", count > 1);
  }

  #ring() {
    const phone = this.place.querySelector(".phone");
    phone.classList.remove("ringing");
    void phone.offsetWidth;
    phone.classList.add("ringing");
  }

  #tick() {
    this.place.querySelector(".lcd-time").textContent = when(this.app.language, new Date().toISOString());
  }

  #keypad() {
    this.place.querySelector(".keypad").append(
      ...KEYS.map((key) => {
        const cell = document.createElement("span");
        const [digit, letters] = key.split(" ");
        cell.append(digit);
        if (letters) cell.append(Object.assign(document.createElement("i"), { textContent: letters }));
        return cell;
      }),
    );
  }
}
