// What Django admin leaves unsaid to a screen reader: names of search box, tooltips and inline fields.
"use strict";

(() => {
  function nameInlineFields(row) {
    const table = row.closest("table");
    for (const cell of row.querySelectorAll("td")) {
      const heading = table?.tHead?.rows[0]?.cells[cell.cellIndex];
      const words = heading?.textContent.trim();
      if (!words) continue;
      for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", words);
      }
    }
  }

  function tellAll() {
    document.getElementById("searchbar")?.setAttribute("aria-label", "Search");
    document.querySelectorAll("span.help-tooltip[aria-label]").forEach((mark) => mark.setAttribute("role", "img"));
    document.querySelectorAll(".tabular tr.form-row").forEach(nameInlineFields);
    for (const heading of document.querySelectorAll(".tabular thead th")) {
      if (heading.textContent.trim()) continue;
      const cell = document.createElement("td");
      cell.className = heading.className;
      heading.replaceWith(cell);
    }
  }

  addEventListener("load", tellAll);
  document.addEventListener("formset:added", (event) => nameInlineFields(event.target));
})();
