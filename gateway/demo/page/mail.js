// A mailbox: a list, a mail as it came, an answer as mail programs write it.
import { say, when } from "./words.js";
import { get, post } from "./wire.js";

const at = (id) => document.getElementById(id);
const PLAIN = "<style>body{font:14px/1.45 system-ui,sans-serif;margin:0;padding:10px 14px}</style>";

export class Mailbox {
  constructor(app, badge) {
    this.app = app;
    this.seen = new Set();
    this.html = true;
    for (const person of app.people.filter((one) => one.mail)) {
      at("mail-who").add(new Option(`${person.name} · ${person.job}`, person.badge));
    }
    at("mail-who").value = badge;
    for (const group of app.groups) {
      at("compose-to").add(new Option(`${group.title} <${group.slug}@${app.domain}>`, `${group.slug}@${app.domain}`));
    }
    at("compose-to").add(new Option(`help@${app.domain}`, `help@${app.domain}`));
    at("mail-who").addEventListener("change", () => this.show());
    at("mails").addEventListener("keydown", (event) => this.#walk(event));
    at("mail-kind").addEventListener("click", () => this.#flip());
    at("answer").addEventListener("submit", (event) => this.#answer(event));
    at("answer-text").addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("answer").requestSubmit();
    });
    at("mail-new").addEventListener("click", () => this.#compose(true));
    at("compose-cancel").addEventListener("click", () => this.#compose(false));
    at("compose").addEventListener("submit", (event) => this.#write(event));
  }

  get person() {
    return this.app.people.find((one) => one.badge === at("mail-who").value);
  }

  async show() {
    const { language } = this.app;
    at("mail-address").textContent = this.person.mail;
    at("program").setAttribute("aria-label", say(language, "program"));
    at("answer-text").placeholder = say(language, "answer-here");
    at("mails").setAttribute("aria-label", say(language, "mailbox"));
    this.mails = await get(`/mailboxes/${this.person.badge}/mails`);
    if (!this.begun) this.seen = new Set(this.mails.map((mail) => mail.id));
    for (const mail of this.mails) if (this.begun !== this.person.badge) this.seen.add(mail.id);
    this.begun = this.person.badge;
    this.#list();
    this.#kind();
    const shown = this.mails.find((mail) => mail.id === this.open?.id) ?? this.mails[0];
    if (shown) await this.read(shown.id, { behind: true });
    else this.#nothing();
  }

  /** A mail that came; whether it is one of this box. */
  heard(mail) {
    if (mail.to !== this.person.mail) return false;
    this.mails.unshift(mail);
    this.newest = mail.id;
    this.#list();
    return true;
  }

  /** Show a mail; `behind` a new one that is being written, which stays. */
  async read(id, { behind = false } = {}) {
    const before = this.open?.id;
    this.open = await get(`/mails/${id}`);
    this.seen.add(id);
    if (before !== id) {
      at("mail-sent").hidden = true;
      at("answer-text").value = "";
    }
    this.#compose(behind && !at("compose").hidden);
    at("mail-subject").textContent = this.open.subject;
    at("mail-from").textContent = this.open.from;
    at("mail-at").textContent = when(this.app.language, this.open.at);
    at("mail-html").srcdoc = this.open.html || PLAIN;
    at("mail-text").textContent = this.open.text;
    this.#kind();
    this.#list();
  }

  /** The newest mail, ready to be answered with `words`. */
  async answerNewest(words) {
    if (!this.mails.length) return;
    await this.read(this.mails[0].id);
    at("answer-text").value = words;
    at("answer-text").focus();
  }

  #list() {
    const { language } = this.app;
    const rows = this.mails.map((mail) => {
      const row = document.createElement("li");
      row.role = "option";
      row.id = `mail-${mail.id}`;
      row.setAttribute("aria-selected", String(mail.id === this.open?.id));
      row.classList.toggle("unread", !this.seen.has(mail.id));
      row.classList.toggle("came", mail.id === this.newest);
      for (const [kind, words] of [
        ["b", mail.from], ["time", when(language, mail.at)], ["span", mail.subject],
      ]) row.append(Object.assign(document.createElement(kind), { textContent: words }));
      row.addEventListener("click", () => this.read(mail.id));
      return row;
    });
    if (!rows.length) {
      rows.push(Object.assign(document.createElement("p"), { className: "empty", textContent: say(language, "no-mail") }));
    }
    at("mails").replaceChildren(...rows);
    if (this.open) at("mails").setAttribute("aria-activedescendant", `mail-${this.open.id}`);
  }

  #walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = this.mails.findIndex((mail) => mail.id === this.open?.id);
    const next = this.mails[Math.min(Math.max(place + step, 0), this.mails.length - 1)];
    if (next) this.read(next.id).then(() => at(`mail-${next.id}`).scrollIntoView({ block: "nearest" }));
  }

  #flip() {
    this.html = !this.html;
    this.#kind();
  }

  #kind() {
    at("mail-html").hidden = !this.html;
    at("mail-text").hidden = this.html;
    at("mail-kind").textContent = say(this.app.language, this.html ? "text" : "html");
  }

  #nothing() {
    this.open = undefined;
    at("mail-open").hidden = at("answer").hidden = at("compose").hidden = true;
    at("mail-empty").hidden = false;
  }

  async #answer(event) {
    event.preventDefault();
    const text = at("answer-text").value.trim();
    if (!text || !this.open) return;
    const program = at("program").value;
    await this.#sending(event.submitter, async () => {
      const done = await post(`/mails/${this.open.id}/answer`, { text, program });
      if (!done.taken) return this.app.trouble(say(this.app.language, "not-taken", done));
      at("answer-text").value = "";
      at("mail-sent").hidden = false;
      const name = at("program").selectedOptions[0].textContent;
      at("mail-sent").textContent = say(this.app.language, "answered", { program: name, text });
      this.app.did("answered");
    });
  }

  #compose(open) {
    at("mail-open").hidden = at("answer").hidden = open || !this.open;
    at("mail-empty").hidden = open || Boolean(this.open);
    at("compose").hidden = !open;
    if (open) at("compose-to").focus();
  }

  async #write(event) {
    event.preventDefault();
    const text = at("compose-text").value.trim() || at("compose-subject").value.trim();
    if (!text) return;
    const to = at("compose-to").value;
    await this.#sending(event.submitter, async () => {
      const subject = at("compose-subject").value;
      const done = await post(`/mailboxes/${this.person.badge}/mails`, { to, subject, text });
      if (!done.taken) return this.app.trouble(say(this.app.language, "not-taken", done));
      at("compose-text").value = at("compose-subject").value = "";
      this.#compose(false);
      at("mail-sent").hidden = false;
      at("mail-sent").textContent = say(this.app.language, "sent", { to });
    });
  }

  async #sending(button, act) {
    if (button) button.disabled = true;
    try {
      await act();
    } catch (error) {
      this.app.trouble(error.message);
    } finally {
      if (button) button.disabled = false;
    }
  }
}
