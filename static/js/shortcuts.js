// Single keys. Links and buttons declare theirs:
//   data-shortcut="c" data-shortcut-label="Claim next"    pressed or focused by c
//   data-row                                              a row that j and k walk through
//   data-row-shortcut="d"                                 pressed by d inside the present row
"use strict";

(() => {
  const remembered = "abmhub.shortcuts";
  const sheet = document.getElementById("shortcuts");
  let goPending = false;

  const isOn = () => localStorage.getItem(remembered) !== "off";

  function isTyping(target) {
    return target.isContentEditable || target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button], [type=submit])");
  }

  function press(element) {
    if (element.matches("input:not([type=checkbox], [type=radio]), textarea, select")) element.focus();
    else element.click();
  }

  const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  const currentRow = () => document.querySelector("[data-row].row-current");

  function walk(by) {
    const all = rows();
    const at = all.indexOf(currentRow());
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (!next) return;
    all[at]?.classList.remove("row-current");
    next.classList.add("row-current");
    (next.querySelector("a[href]") ?? next.querySelector("button")).focus();
    next.scrollIntoView({ block: "nearest" });
  }

  function inRow(key) {
    const row = currentRow();
    if (!row) return null;
    if (key === "x") return row.querySelector('input[type="checkbox"]');
    return row.querySelector(`[data-row-shortcut="${CSS.escape(key)}"]`);
  }

  function go(key) {
    const link = document.querySelector(`.sidebar [data-key="${CSS.escape(key)}"]`);
    if (link) location.assign(link.href);
    return Boolean(link);
  }

  function handle(key) {
    if (goPending) {
      goPending = false;
      return go(key);
    }
    if (key === "g") {
      goPending = true;
      setTimeout(() => (goPending = false), 1200);
      return true;
    }
    if (key === "j" || key === "k") {
      walk(key === "j" ? 1 : -1);
      return true;
    }
    if (key === "?") {
      document.dispatchEvent(new CustomEvent("abmhub:open", { detail: "shortcuts" }));
      return true;
    }
    const element = inRow(key) ?? document.querySelector(`[data-shortcut="${CSS.escape(key)}"]`);
    if (element && !element.disabled) press(element);
    return Boolean(element);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !isOn()) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (handle(event.key)) event.preventDefault();
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && row !== currentRow()) {
      currentRow()?.classList.remove("row-current");
      row.classList.add("row-current");
    }
  });

  function tell(list, words, ...keys) {
    const line = document.createElement("div");
    line.dataset.own = "";
    const term = document.createElement("dt");
    term.textContent = words;
    const definition = document.createElement("dd");
    for (const key of keys) {
      const cap = document.createElement("span");
      cap.className = "kbd";
      cap.textContent = key;
      definition.append(cap);
    }
    line.append(term, definition);
    list.append(line);
  }

  function describe() {
    const list = sheet.querySelector("[data-shortcut-list]");
    list.querySelectorAll("[data-own]").forEach((line) => line.remove());
    for (const link of document.querySelectorAll(".sidebar [data-key]")) {
      tell(list, `Go to ${link.textContent.trim()}`, "g", link.dataset.key);
    }
    const told = new Set();
    for (const element of document.querySelectorAll("[data-shortcut-label]")) {
      const key = element.dataset.shortcut ?? element.dataset.rowShortcut;
      if (!key || told.has(key)) continue;
      told.add(key);
      tell(list, element.dataset.shortcutLabel, key);
    }
  }

  if (sheet) {
    const toggle = sheet.querySelector("[data-shortcuts-on]");
    toggle.checked = isOn();
    toggle.addEventListener("change", () => localStorage.setItem(remembered, toggle.checked ? "on" : "off"));
    sheet.addEventListener("opened", describe);
  }
})();
