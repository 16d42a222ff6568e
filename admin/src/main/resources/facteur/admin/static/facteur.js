// What pages can do beyond being read: they refresh themselves, remember the reader's time zone, and save some clicks.
// Without this file every page still shows everything and every form still works.
(() => {
  "use strict";

  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && !document.cookie.includes("facteur-zone=")) {
    document.cookie = "facteur-zone=" + zone.replaceAll("/", ".") + "; path=/; max-age=31536000; samesite=lax";
  }

  // On a narrow screen the tabs are wider than it: the one that is open stands in the middle.
  const tab = document.querySelector(".top nav [aria-current]");
  if (tab) {
    const bar = tab.closest("nav"), around = bar.getBoundingClientRect(), own = tab.getBoundingClientRect();
    bar.scrollLeft += own.left + own.width / 2 - around.left - around.width / 2;
  }

  // --- live -------------------------------------------------------------------------------------------------------------
  const fresh = document.getElementById("fresh");
  let told = Date.now();
  let connected = false;

  const show = () => {
    if (!fresh) return;
    const seconds = Math.round((Date.now() - told) / 1000);
    fresh.classList.toggle("on", connected);
    fresh.classList.toggle("off", !connected && seconds > 20);
    const text = !connected && seconds > 20 ? fresh.dataset.lost : seconds < 15 ? fresh.dataset.fresh : fresh.dataset.ago.replace("{0}", seconds);
    fresh.querySelector(".fresh-text").textContent = text;
  };

  // A reader who is choosing or writing is not disturbed; what stands open by itself goes on.
  const busy = () => document.hidden || document.querySelector("#live details[open]:not([data-live]), #live input:checked") !== null;

  let missed = false;
  const changed = () => {
    if (busy()) {
      missed = true;
      return;
    }
    missed = false;
    document.body.dispatchEvent(new CustomEvent("facteur:changed"));
  };

  const poll = () => setInterval(() => { changed(); }, 15000);

  const listen = () => {
    if (!document.getElementById("live")) return;
    if (!window.EventSource) {
      poll();
      return;
    }
    let failures = 0;
    const source = new EventSource("/live");
    source.onopen = () => { connected = true; failures = 0; told = Date.now(); show(); };
    source.addEventListener("alive", () => { told = Date.now(); if (missed || document.querySelector(".b-settling")) changed(); show(); });
    source.addEventListener("changed", () => { told = Date.now(); changed(); show(); });
    source.onerror = () => {
      connected = false;
      show();
      if (source.readyState === EventSource.CLOSED || ++failures > 5) {
        source.close();
        poll();
      }
    };
    addEventListener("pagehide", () => source.close());
    addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
  };

  document.addEventListener("visibilitychange", () => { if (!document.hidden && missed) changed(); });

  // Cells whose text changed flash once.
  let before = new Map();
  const cells = () => new Map([...document.querySelectorAll("[data-cell]")].map(cell => [cell.dataset.cell, cell.textContent.trim()]));
  document.addEventListener("htmx:before:swap", () => { before = cells(); });
  document.addEventListener("htmx:after:swap", () => {
    told = Date.now();
    show();
    for (const cell of document.querySelectorAll("[data-cell]")) {
      const was = before.get(cell.dataset.cell);
      if (was !== undefined && was !== cell.textContent.trim()) {
        cell.classList.remove("flash");
        requestAnimationFrame(() => cell.classList.add("flash"));
      }
    }
    document.dispatchEvent(new CustomEvent("facteur:swapped"));
  });

  // --- forms ------------------------------------------------------------------------------------------------------------
  document.addEventListener("submit", event => {
    const text = event.submitter && event.submitter.dataset.confirm;
    if (text && !confirm(text)) event.preventDefault();
  });

  document.addEventListener("change", event => {
    const field = event.target;
    if (field.matches("[data-submit], .filters select, .filters input[type=date]") && field.form) field.form.requestSubmit();
    const sheet = field.closest("[data-limit]");
    if (sheet && field.matches("input[type=checkbox]")) {
      const full = sheet.querySelectorAll("input[type=checkbox]:checked").length >= Number(sheet.dataset.limit);
      for (const box of sheet.querySelectorAll("input[type=checkbox]:not(:checked)")) box.disabled = full;
    }
  });

  document.addEventListener("click", event => {
    const all = event.target.closest("[data-choose]");
    if (all) {
      const boxes = [...all.form.querySelectorAll("input[type=checkbox][name=" + all.dataset.choose + "]")];
      const on = boxes.some(box => !box.checked);
      for (const box of boxes) box.checked = on;
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
    if (event.key === "/" && !event.target.closest("input, textarea, select")) {
      const search = document.querySelector("main input[type=search]:not(.narrow)");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  for (const field of document.querySelectorAll("[data-narrow]")) {
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const item of document.getElementById(field.dataset.narrow).children) item.hidden = !item.textContent.toLowerCase().includes(wanted);
    });
    field.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault(); });
  }

  // The order of the columns is the order of the list.
  let dragged = null;
  for (const list of document.querySelectorAll(".sheet ul")) {
    list.addEventListener("dragstart", event => { dragged = event.target.closest("li"); dragged.classList.add("dragged"); });
    list.addEventListener("dragend", () => { dragged.classList.remove("dragged"); dragged = null; });
    list.addEventListener("dragover", event => {
      const over = event.target.closest("li");
      if (!dragged || !over || over === dragged) return;
      event.preventDefault();
      const box = over.getBoundingClientRect();
      over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
    });
    list.addEventListener("keydown", event => {
      const item = event.target.closest("li");
      if (!item || !event.altKey) return;
      if (event.key === "ArrowUp" && item.previousElementSibling) item.previousElementSibling.before(item);
      else if (event.key === "ArrowDown" && item.nextElementSibling) item.nextElementSibling.after(item);
      else return;
      event.preventDefault();
      event.target.focus();
    });
  }

  // --- import of suppressions ----------------------------------------------------------------------------------------------
  // In parts that mean nothing until the last call: first each is only looked at, then, once the reader agrees, all are sent.
  const form = document.getElementById("import");
  if (form) {
    const PART = 2000;
    const bar = form.querySelector("progress"), told = form.querySelector("[role=status]"), button = form.querySelector("button");
    const fill = (text, ...values) => values.reduce((said, value, i) => said.replace("{" + i + "}", Number.isFinite(value) ? value.toLocaleString(document.documentElement.lang) : value), text);
    const call = async (path, body) => {
      const answer = await fetch("/api/v1" + path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": form.dataset.csrf }, body: JSON.stringify(body) });
      const json = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Error(json.detail || answer.status);
      return json;
    };
    // The server takes a MiB at a time.
    const parts = list => {
      const all = [];
      let size = Infinity;
      for (const item of list) {
        const more = JSON.stringify(item).length;
        if (size + more > 250000 || all.at(-1).length === PART) { all.push([]); size = 0; }
        all.at(-1).push(item);
        size += more;
      }
      return all;
    };
    // The server reads the file; here it is only cut between rows: where all quotes are closed.
    const records = text => {
      const whole = [];
      let open = "";
      for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
        const record = open + line;
        if (record.split('"').length % 2) { if (record.trim()) whole.push(record); open = ""; } else open = record + "\n";
      }
      return open ? [...whole, open] : whole;
    };
    const look = async records => {
      const sums = { fresh: 0, suppressed: 0, lifted: 0, contacts: 0, good: [], bad: 0 };
      const heading = records.length && !records[0].includes("@") ? records[0] : "address";
      const rows = heading === records[0] ? records.slice(1) : records;
      const separator = heading === "address" && rows.length ? (rows[0].match(/[,;\t]/) || [","])[0] : "";
      let seenRows = 0;
      for (const part of parts(rows)) {
        const seen = await call("/suppression-simulations", { csv: [heading + separator, ...part].join("\r\n") });
        sums.fresh += seen.fresh; sums.suppressed += seen.suppressed; sums.lifted += seen.lifted; sums.contacts += seen.contacts; sums.bad += seen.bad.length;
        sums.good.push(...seen.rows);
        bar.value = (seenRows += part.length) / rows.length / 2;
      }
      return sums;
    };
    const send = async (addresses, scope, why) => {
      const id = (Date.now() * 1000).toString(16).padStart(16, "0");
      const all = parts(addresses);
      let sent = 0;
      for (const [i, part] of all.entries()) {
        await call("/suppression-imports/" + id, { part: i, rows: part.map(row => ({ scope, ...row })), why });
        bar.value = .5 + (i + 1) / all.length / 2;
        told.textContent = fill(form.dataset.sending, sent += part.length, addresses.length);
      }
      await call("/suppression-imports/" + id + "/commit", { parts: all.length, rows: addresses.length, why });
    };
    form.addEventListener("submit", async event => {
      event.preventDefault();
      button.disabled = true;
      try {
        const text = await form.querySelector("input[type=file]").files[0].text();
        const lines = records(text);
        bar.hidden = false; bar.value = 0;
        told.textContent = fill(form.dataset.looking, lines.length);
        const seen = await look(lines);
        if (!seen.good.length) { told.textContent = form.dataset.nothing; return; }
        const question = fill(form.dataset.found, seen.fresh, seen.suppressed, seen.contacts) + (seen.lifted ? "\n" + fill(form.dataset.lifted, seen.lifted) : "") + (seen.bad ? "\n" + fill(form.dataset.bad, seen.bad) : "");
        if (!confirm(question)) { told.textContent = ""; return; }
        await send(seen.good, form.elements.scope.value, form.elements.why.value);
        told.textContent = fill(form.dataset.done, seen.good.length - seen.lifted);
      } catch (failure) {
        told.textContent = fill(form.dataset.failed, failure.message);
      } finally {
        button.disabled = false;
      }
    });
  }

  // --- charts -----------------------------------------------------------------------------------------------------------
  // uPlot draws on a canvas, which knows no light-dark(): the browser resolves it for us.
  const colour = name => {
    const probe = document.createElement("span");
    probe.style.color = "var(" + name + ")";
    document.body.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };
  const draw = holder => {
    const data = JSON.parse(holder.dataset.chart);
    const strokes = ["--bar-sent", "--bar-opened", "--bar-clicked", "--bar-hard"].map(colour);
    const ink = colour("--quiet"), line = colour("--line");
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 }, font: "12px system-ui" };
    const language = document.documentElement.lang === "fr" ? "fr-FR" : "en-GB";
    const date = { day: "numeric", month: "short" }, time = { hour: "2-digit", minute: "2-digit" };
    const dated = parts => { const format = new Intl.DateTimeFormat(language, parts); return at => format.format(new Date(at * 1000)); };
    const mark = dated(data.daily ? date : { weekday: "short", ...time });
    const moment = dated(data.daily ? { weekday: "short", ...date, year: "numeric" } : { weekday: "short", ...date, ...time });
    const format = new Intl.NumberFormat(language), number = value => format.format(value);
    // A mark never stands between two steps: it would bear the name of the one before it.
    const hour = 3600, day = 24 * hour, month = 30 * day;
    const marks = data.daily ? [...[1, 2, 3, 5, 7, 10, 14, 21].map(n => n * day), ...[1, 2, 3, 6].map(n => n * month)]
      : [1, 2, 3, 6, 12, 24, 48].map(n => n * hour);
    holder.replaceChildren();
    return new uPlot({
      width: holder.clientWidth, height: 260, legend: { live: true },
      scales: { y: { range: (u, min, max) => [0, Math.max(4, max * 1.08)] } },
      axes: [{ ...axis, space: data.daily ? 70 : 90, incrs: marks, values: (u, at) => at.map(mark) }, { ...axis, values: (u, at) => at.map(number), incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6], size: 58 }],
      series: [{ label: data.when, value: (u, at) => at === null ? "—" : moment(at) },
        ...data.names.map((label, i) => ({ label, value: (u, value) => value === null ? "—" : number(value), stroke: strokes[i], width: 2, points: { show: data.columns[0].length * 14 < holder.clientWidth, size: 5 }, fill: i === 0 ? strokes[0].replace("rgb(", "rgba(").replace(")", ", .12)") : undefined }))],
    }, data.columns, holder);
  };
  if (window.uPlot) {
    const charts = new Map();
    const redraw = () => { for (const holder of document.querySelectorAll("[data-chart]")) { charts.get(holder)?.destroy(); charts.set(holder, draw(holder)); } };
    redraw();
    let waiting;
    addEventListener("resize", () => { clearTimeout(waiting); waiting = setTimeout(redraw, 150); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    document.addEventListener("facteur:swapped", redraw);
  }

  // The queue moves without events of the views.
  setInterval(() => { if (!busy()) document.body.dispatchEvent(new CustomEvent("facteur:tick")); }, 2000);

  listen();
  show();
  setInterval(show, 1000);
})();
