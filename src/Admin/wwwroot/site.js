// Conveniences only: every page works without this file.
(() => {
  "use strict";
  const root = document.documentElement;

  for (const button of document.querySelectorAll("[data-copy]")) {
    const source = document.getElementById(button.dataset.copy);
    const label = button.querySelector("span");
    if (!source || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(source.textContent);
        label.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(source);
        label.textContent = "Press Ctrl+C";
      }
      setTimeout(() => { label.textContent = "Copy"; }, 2000);
    });
  }

  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `mocopr-theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
    });
  }

  // An invitation's secret stands behind the # of its link: browsers send it to nobody, and the history forgets it here.
  for (const input of document.querySelectorAll("[data-from-hash]")) {
    if (location.hash.length < 8) continue;
    input.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
  }

  // Toasts go by themselves, unless somebody is reading them.
  for (const toast of document.querySelectorAll("[data-toast]")) {
    const close = toast.querySelector(".toast-close");
    let timer;
    const wait = () => { timer = setTimeout(() => toast.remove(), 8000); };
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
    for (const on of ["mouseenter", "focusin"]) toast.addEventListener(on, () => clearTimeout(timer));
    for (const off of ["mouseleave", "focusout"]) toast.addEventListener(off, wait);
    wait();
    // A reload or a bookmark must not say it again.
    const address = new URL(location.href);
    for (const name of ["done", "saved", "deleted", "revoked", "ended"]) address.searchParams.delete(name);
    history.replaceState(null, "", address.pathname + address.search + address.hash);
  }

  // Every row of a list that can be chosen, at once.
  for (const label of document.querySelectorAll("[data-pick-all]")) {
    const all = label.querySelector("input");
    const boxes = [...label.closest("form").querySelectorAll("tbody input[type=checkbox]")];
    const tell = () => {
      const chosen = boxes.filter(box => box.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && !all.checked;
    };
    label.hidden = boxes.length < 2;
    all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
    for (const box of boxes) box.addEventListener("change", tell);
    tell();
  }

  // "/" leads into the list's search.
  document.addEventListener("keydown", event => {
    const search = document.querySelector(".search input");
    if (event.key !== "/" || !search || event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    search.focus();
  });

  // What changes by itself is looked at again every 30 s while the page is in view, for ten minutes: a page that is left open must not keep its session awake.
  const live = [...document.querySelectorAll("[data-live]")];
  if (live.length > 0) {
    let left = 20;
    const timer = setInterval(async () => {
      if (document.hidden || live.some(part => part.contains(document.activeElement) || part.querySelector("details[open]"))) return;
      if (left-- === 0) { clearInterval(timer); return; }
      try {
        const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" }, redirect: "error" });
        if (!answer.ok) throw new Error(answer.statusText);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of live) {
          const now = page.getElementById(part.id);
          if (now) part.replaceChildren(...now.childNodes);
        }
      } catch {
        clearInterval(timer);
      }
    }, 30000);
  }

  // The last hour of what ends is counted down, by the time since the page came: this machine's clock may be another.
  const ends = [...document.querySelectorAll("[data-seconds-left]")].map(part => ({ time: part.querySelector("time"), left: Number(part.dataset.secondsLeft) }));
  if (ends.length > 0) {
    const came = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
    const tick = () => {
      const passed = (performance.now() - came) / 1000;
      for (const end of ends) {
        const left = Math.ceil(end.left - passed);
        if (left > 3600) continue;
        end.time.textContent = left <= 0 ? "ended" : left < 60 ? `in ${left} s` : `in ${Math.floor(left / 60)} min ${left % 60} s`;
      }
    };
    tick();
    setInterval(tick, 1000);
  }

  // A page that takes its time has placeholders where it will be. Links that may answer with a file are none of these.
  const main = document.getElementById("content");
  let waiting;
  const arrived = () => { clearTimeout(waiting); delete main.dataset.waiting; main.removeAttribute("aria-busy"); };
  if (main?.classList.contains("main")) {
    document.addEventListener("click", event => {
      const link = event.target.closest?.(".side a, .crumbs a, .segments a, .pager a, a.row-link");
      if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || link.hash || link.target || link.hasAttribute("download")) return;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        main.dataset.waiting = "";
        main.setAttribute("aria-busy", "true");
        // Whoever stops it, or waits in vain, has the old page again.
        waiting = setTimeout(arrived, 20000);
      }, 400);
    });
    document.addEventListener("keydown", event => { if (event.key === "Escape") arrived(); });
    addEventListener("pageshow", arrived);
  }

  // What only one kind of thing needs is asked for while that kind is chosen; without this the server tells.
  for (const field of document.querySelectorAll("[data-required-for]")) {
    const tell = () => { field.required = field.form.elements.kind?.value === field.dataset.requiredFor; };
    field.form.addEventListener("change", tell);
    tell();
  }

  // A browser tells of one fault and hides the others: here each stands at its field, where the server would write it.
  let leaves = false;
  document.addEventListener("invalid", event => {
    const control = event.target;
    const field = control.closest(".field");
    if (!field) return;
    event.preventDefault();
    let said = field.querySelector(":scope > .error");
    if (!said) {
      said = document.createElement("p");
      said.className = "error";
      said.id = `${control.id}-error`;
      field.append(said);
      control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
    }
    // A pattern's title is its rule in the server's words.
    said.textContent = control.validity.patternMismatch && control.title ? control.title : control.validationMessage;
    field.classList.add("field-bad");
    control.setAttribute("aria-invalid", "true");
    control.closest("details")?.setAttribute("open", "");
    if (!leaves && control === control.form.querySelector("input:invalid, select:invalid, textarea:invalid")) control.focus();
    control.addEventListener("input", () => {
      if (!control.validity.valid) return;
      said.textContent = "";
      field.classList.remove("field-bad");
      control.removeAttribute("aria-invalid");
    });
  }, true);

  // What has a pattern is judged when it is left, and not only with the rest of the form. Whoever leaves it goes where they go.
  document.addEventListener("change", event => {
    if (!event.target.pattern) return;
    leaves = true;
    event.target.checkValidity();
    leaves = false;
  });

  // What may take long says so while it runs. The button is sent before it is disabled.
  const tell = (form, button) => {
    const [label, since] = [button.textContent, Date.now()];
    const tick = () => { button.textContent = `${form.dataset.running} ${Math.round((Date.now() - since) / 1000)} s`; };
    setTimeout(() => { button.disabled = true; tick(); });
    const timer = setInterval(tick, 1000);
    addEventListener("pageshow", () => { clearInterval(timer); button.disabled = false; button.textContent = label; }, { once: true });
  };

  // One click, one request.
  for (const form of document.querySelectorAll("form[method=post]:not([data-download])")) {
    form.addEventListener("submit", event => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      form.setAttribute("aria-busy", "true");
      if (form.dataset.running) tell(form, event.submitter ?? form.querySelector("[type=submit]"));
    });
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });
})();
