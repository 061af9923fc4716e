// The command palette: Ctrl K or Cmd K; arrows choose, Enter goes.
"use strict";

(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("input");
  const pages = palette.querySelector("#palette-pages");
  const found = palette.querySelector("#palette-found");
  const nothing = palette.querySelector("[data-palette-nothing]");

  // The destinations of the side navigation, each with its icon and the key after g.
  function bringPages() {
    for (const link of document.querySelectorAll(".sidebar-scroll a[href]")) {
      const item = document.createElement("a");
      item.className = "palette-item";
      item.href = link.href;
      item.tabIndex = -1;
      item.setAttribute("role", "option");
      const label = document.createElement("span");
      label.className = "palette-label";
      label.textContent = link.textContent.trim();
      item.append(link.querySelector("svg").cloneNode(true), label);
      if (link.dataset.key) item.append(keys("g", link.dataset.key));
      pages.append(item);
    }
    pages.querySelectorAll("[id^=icon-]").forEach((drawing) => drawing.removeAttribute("id"));
  }

  function keys(...names) {
    const cluster = document.createElement("span");
    cluster.className = "cluster";
    cluster.ariaHidden = "true";
    for (const name of names) {
      const cap = document.createElement("span");
      cap.className = "kbd";
      cap.textContent = name;
      cluster.append(cap);
    }
    return cluster;
  }

  const shown = () => [...palette.querySelectorAll(".palette-item")].filter((item) => !item.hidden);
  const chosen = () => palette.querySelector('.palette-item[aria-selected="true"]');

  function choose(item) {
    for (const other of palette.querySelectorAll(".palette-item")) {
      other.setAttribute("aria-selected", String(other === item));
    }
    if (!item) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    item.id ||= `palette-item-${Math.random().toString(36).slice(2)}`;
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  }

  function sift() {
    const words = input.value.trim().toLocaleLowerCase();
    if (!words) found.replaceChildren();
    for (const item of pages.querySelectorAll(".palette-item")) {
      item.hidden = !item.querySelector(".palette-label").textContent.toLocaleLowerCase().includes(words);
    }
    pages.hidden = !pages.querySelector(".palette-item:not([hidden])");
    settle();
  }

  function settle() {
    const items = shown();
    nothing.hidden = items.length > 0;
    choose(items[0]);
  }

  function step(by) {
    const items = shown();
    if (items.length) choose(items[(items.indexOf(chosen()) + by + items.length) % items.length]);
  }

  palette.addEventListener("opened", () => {
    if (!pages.querySelector(".palette-item")) bringPages();
    input.value = "";
    sift();
    input.focus();
  });
  input.addEventListener("input", sift);
  palette.addEventListener("htmx:afterSwap", settle);
  palette.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === "Enter" && chosen()) chosen().click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("abmhub:open", { detail: "palette" }));
    }
  });
})();
