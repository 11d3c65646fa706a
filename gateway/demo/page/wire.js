// What the page asks of the demo, and what the demo tells it.

export async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

export async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
  return answer.json();
}

/** Calls `happened` with each event; `state` with whether the demo is there. */
export function watch(happened, state) {
  const events = new EventSource("/events");
  events.addEventListener("open", () => state(true));
  events.addEventListener("error", () => state(false));
  events.addEventListener("message", (event) => happened(JSON.parse(event.data)));
}
