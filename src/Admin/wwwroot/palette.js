// The command palette: what the page's own links lead to, and what the server finds by a part of its name. Every page works without this file.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  if (!palette?.showModal) return;
  const query = palette.querySelector("input");
  const list = palette.querySelector("ul");
  const told = palette.querySelector("[role=status]");
  const seen = new Set();
  // A row of a list is found by its slug or id, too.
  const named = link => {
    const more = link.matches(".row-link") ? link.parentElement.querySelector(".sub.mono") : null;
    return link.textContent.trim() + (more ? ` · ${more.textContent.trim()}` : "");
  };
  const commands = [...document.querySelectorAll("[data-command], .page-head .actions a, .crumbs a, main .row-link")]
    .map(link => ({ text: link.dataset.command ?? named(link), kind: "", href: link.href }))
    .filter(command => !seen.has(command.href) && seen.add(command.href));
  let hits = [];
  let found = [];
  let at = 0;
  let timer, running;

  const mark = () => [...list.children].forEach((item, index) => {
    item.setAttribute("aria-selected", String(index === at));
    if (index === at) { query.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
  });
  const show = ({ waits = false, stays = false } = {}) => {
    const words = query.value.toLowerCase().split(/\s+/);
    const chosen = found[at]?.href;
    found = [...commands, ...hits].filter(({ text }) => words.every(word => text.toLowerCase().includes(word)));
    at = Math.max(0, found.findIndex(({ href }) => stays && href === chosen));
    // Names were written by others: they become text, never markup.
    list.replaceChildren(...found.map((command, index) => {
      const item = document.createElement("li");
      item.id = `palette-${index}`;
      item.role = "option";
      item.append(command.text);
      if (command.kind) {
        const kind = document.createElement("span");
        kind.className = "palette-kind";
        kind.textContent = command.kind;
        item.append(" ", kind);
      }
      item.addEventListener("click", () => location.assign(command.href));
      return item;
    }));
    list.hidden = found.length === 0;
    query.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length === 0) query.removeAttribute("aria-activedescendant");
    told.classList.toggle("sr-only", found.length > 0);
    // Said once for what was typed, when all of it is there.
    if (!waits) {
      told.textContent = found.length > 0 ? `${found.length} found`
        : "Nothing found. Try a part of a name: from two letters on, keys, members, roles, tools, resources and secrets are searched, too.";
    } else if (found.length === 0) {
      told.textContent = "Searching…";
    }
    mark();
  };

  // One request at a time, once nobody has typed for a moment: what is asked for anew replaces what was.
  const search = async text => {
    running = new AbortController();
    const tenant = /^\/tenants\/(?!new$)([^/]+)/.exec(location.pathname)?.[1] ?? "";
    try {
      const answer = await fetch(`${query.dataset.search}?${new URLSearchParams({ q: text, tenant })}`, { headers: { Accept: "application/json" }, redirect: "error", signal: running.signal });
      const { items } = await answer.json();
      // A row of this page is there already.
      hits = items.map(({ kind, text, more, href }) => ({ kind, text: more ? `${text} · ${more}` : text, href: new URL(href, location.href).href, name: text }))
        .filter(hit => !commands.some(command => command.href === hit.href && command.text.includes(hit.name)));
    } catch (error) {
      // What was replaced is no answer; without one the page's own links are what there is.
      if (error.name === "AbortError") return;
      hits = [];
    }
    show({ stays: true });
  };
  const type = () => {
    clearTimeout(timer);
    running?.abort();
    const text = query.value.trim();
    const asks = text.length >= 2;
    if (!asks) hits = [];
    show({ waits: asks });
    if (asks) timer = setTimeout(search, 250, text);
  };
  const open = () => { query.value = ""; hits = []; show(); palette.showModal(); query.focus(); };

  query.addEventListener("input", type);
  query.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % Math.max(1, found.length);
      mark();
    } else if (event.key === "Enter" && found[at]) {
      event.preventDefault();
      location.assign(found[at].href);
    }
  });
  palette.addEventListener("click", event => { if (event.target === palette) palette.close(); });
  palette.addEventListener("close", () => { clearTimeout(timer); running?.abort(); });
  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close(); else open();
    } else if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && event.key === "?") {
      event.preventDefault();
      open();
    }
  });
  for (const button of document.querySelectorAll("[data-palette-open]")) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
})();
