// The command palette: Ctrl K or Cmd K; arrows choose, Enter goes.
"use strict";

(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("input");
  const pages = palette.querySelector("#palette-pages");
  const found = palette.querySelector("#palette-found");
  const nothing = palette.querySelector("[data-palette-nothing]");

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
