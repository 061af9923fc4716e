// A table laid out as cards loses its meaning to screen readers; roles give it back.
// Also: the tick box in a heading ticks its column, and the bulk bar shows while anything is ticked.
"use strict";

(() => {
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

  function restore(root) {
    for (const table of root.querySelectorAll("table.table-cards")) {
      for (const element of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) {
        element.setAttribute("role", roles[element.tagName]);
      }
      for (const heading of table.querySelectorAll("th")) {
        heading.setAttribute("role", heading.closest("thead") ? "columnheader" : "rowheader");
      }
    }
  }

  function count(scope) {
    const boxes = [...scope.querySelectorAll("input[data-tick]")];
    const ticked = boxes.filter((box) => box.checked).length;
    const all = scope.querySelector("input[data-tick-all]");
    if (all) {
      all.checked = ticked > 0 && ticked === boxes.length;
      all.indeterminate = ticked > 0 && ticked < boxes.length;
    }
    const bar = scope.querySelector("[data-bulk-bar]");
    if (bar) {
      bar.hidden = ticked === 0;
      const words = bar.querySelector("[data-bulk-count]");
      if (words) words.textContent = String(ticked);
    }
  }

  document.addEventListener("change", (event) => {
    const scope = event.target.closest("[data-tick-scope]");
    if (!scope) return;
    if (event.target.matches("[data-tick-all]")) {
      for (const box of scope.querySelectorAll("input[data-tick]")) box.checked = event.target.checked;
    }
    count(scope);
  });

  function prepare(root) {
    restore(root);
    document.querySelectorAll("[data-tick-scope]").forEach(count);
  }

  document.addEventListener("htmx:afterSettle", () => prepare(document));
  prepare(document);
})();
