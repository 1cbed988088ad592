// Follows the audit trail through the console's own origin. The page works without this file: it is refreshed by its link.
(() => {
  "use strict";
  const list = document.querySelector("[data-tail]");
  const rows = document.querySelector("[data-tail-rows]");
  const row = document.querySelector("[data-tail-row]");
  const pills = document.querySelector("[data-tail-pills]");
  const status = document.querySelector("[data-tail-status]");
  const button = document.querySelector("[data-tail-pause]");
  if (!list || !rows || !row || !pills || !status || !button || !window.EventSource) return;

  const most = 200;
  const held = [];
  let paused = false;

  const say = (state, text) => {
    status.dataset.state = state;
    status.textContent = text;
  };
  const pill = (name, text) => {
    const found = [...pills.content.querySelectorAll("[data-name]")].find(one => one.dataset.name === name);
    const made = found ? found.firstElementChild.cloneNode(true) : document.createElement("span");
    if (text !== undefined || !found) made.textContent = text ?? name;
    return made;
  };
  const toneOf = outcome => outcome === "ok" ? "ok" : ["internal", "unavailable", "timeout", "upstream-failed"].includes(outcome) ? "warn" : "bad";

  // Times are told as the server tells them, by its clock, and stay true while the page is open.
  const start = Date.parse(list.dataset.now) - (performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now());
  const relative = at => {
    const since = (start + performance.now() - at) / 60000;
    const minutes = Math.abs(since);
    if (minutes < .75) return since >= 0 ? "just now" : "in a moment";
    const days = minutes / 1440;
    const [number, one, more] = minutes < 59.5 ? [minutes, "min", "min"] : minutes < 1410 ? [minutes / 60, "h", "h"] : days < 59.5 ? [days, "day", "days"] : days < 700 ? [days / 30.4, "month", "months"] : [days / 365.25, "year", "years"];
    const whole = Math.max(1, Math.round(number));
    const text = `${whole} ${whole === 1 ? one : more}`;
    return since >= 0 ? `${text} ago` : `in ${text}`;
  };
  const tick = () => {
    for (const time of list.querySelectorAll("summary time")) time.textContent = relative(Date.parse(time.dateTime));
  };
  setInterval(tick, 15000);

  // Every value becomes text, never markup: it was written by whoever called.
  const show = entry => {
    if (list.querySelector(`[data-sequence="${Number(entry.sequence)}"]`)) return;
    const event = entry.event ?? {};
    const made = row.content.firstElementChild.cloneNode(true);
    made.dataset.sequence = Number(entry.sequence);
    for (const place of made.querySelectorAll("[data-of]")) {
      const value = event[place.dataset.of];
      if (place.dataset.of === "at") {
        const exact = new Date(value).toISOString();
        place.dateTime = exact;
        place.title = `${exact.slice(0, 19).replace("T", " ")} UTC`;
        place.textContent = relative(Date.parse(exact));
      } else {
        place.textContent = value ?? (place.dataset.of === "principal" ? "anonymous" : "");
      }
    }
    made.querySelector("[data-pill=class]").append(pill(String(event.class ?? "")));
    made.querySelector("[data-pill=outcome]").append(pill(toneOf(event.outcome), String(event.outcome ?? "")));
    const members = made.querySelector(".members");
    const said = value => value === undefined ? "—" : typeof value === "string" ? value : Array.isArray(value) ? value.map(said).join(", ") : JSON.stringify(value);
    const marked = (kind, value) => {
      const side = document.createElement(kind);
      side.textContent = said(value);
      return side;
    };
    const tell = (name, ...parts) => {
      const line = document.createElement("div");
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = name;
      text.append(...parts);
      line.append(term, text);
      members.append(line);
      return line;
    };
    const { changes, ...others } = event;
    for (const [name, value] of Object.entries({ sequence: entry.sequence, ...others })) tell(name, said(value));
    for (const [name, change] of Object.entries(changes ?? {})) tell(name, marked("del", change.before), " ", marked("ins", change.after)).className = "change";
    tell("hash", said(entry.hash));
    rows.prepend(made);
    while (rows.childElementCount > most) rows.lastElementChild.remove();
  };
  const hold = entry => {
    held.push(entry);
    if (held.length > most) held.shift();
    say("paused", held.length === most ? `Paused, ${most} or more wait` : `Paused, ${held.length} wait`);
  };

  const source = new EventSource(list.dataset.tail);
  source.addEventListener("ready", () => say(paused ? "paused" : "live", paused ? "Paused" : "Following"));
  source.addEventListener("gap", event => {
    const gap = JSON.parse(event.data);
    say("live", `Events ${gap.from} to ${gap.to} are no longer kept`);
  });
  source.addEventListener("audit", event => {
    const entry = JSON.parse(event.data);
    if (paused) hold(entry); else show(entry);
  });
  source.addEventListener("error", () => {
    const ended = source.readyState === EventSource.CLOSED;
    say("lost", ended ? "The tail has ended. Refresh to go on" : "Connecting again…");
  });

  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Resume" : "Pause";
    button.setAttribute("aria-pressed", String(paused));
    if (!paused) held.splice(0).forEach(show);
    say(paused ? "paused" : "live", paused ? "Paused" : "Following");
  });
  addEventListener("pagehide", () => source.close());
})();
