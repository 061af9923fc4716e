// What Django admin leaves unsaid to a screen reader: names of search box, tooltips, and fields in tables or with a
// search of their own. And figures stand below each other.
"use strict";

(() => {
  function nameInlineFields(row) {
    const table = row.closest("table");
    const called = row.querySelector("th")?.textContent.trim();
    const name = called ? `, ${called}` : "";
    for (const cell of row.querySelectorAll("td")) {
      const heading = table?.tHead?.rows[0]?.cells[cell.cellIndex];
      const words = heading?.textContent.trim();
      if (!words) continue;
      for (const field of cell.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (!field.labels?.length && !field.hasAttribute("aria-label")) field.setAttribute("aria-label", words + name);
      }
    }
  }

  function nameSearches() {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const words = select.labels[0]?.textContent.replace(/:\s*$/, "").trim();
      const box = select.nextElementSibling;
      if (!words || !box?.matches(".select2")) continue;
      for (const part of box.querySelectorAll(".select2-selection, .select2-selection__rendered, input")) {
        part.removeAttribute("aria-labelledby");
        part.setAttribute("aria-label", words);
      }
    }
  }

  function alignFigures(table) {
    const [body] = table.tBodies;
    for (const heading of table.tHead.rows[0].cells) {
      const cells = Array.from(body.rows, (row) => row.cells[heading.cellIndex]);
      const words = cells.map((cell) => cell.textContent.trim()).filter((text) => !/^[-–]?$/.test(text));
      if (!words.length || !words.every((text) => /^[-−]?[\d,.\s]+( ?[A-Z]{3}| ?%)?$/.test(text))) continue;
      for (const cell of [heading, ...cells]) cell.classList.add("number");
    }
  }

  function tellAll() {
    const list = document.getElementById("result_list");
    if (list) {
      for (const row of list.tBodies[0].rows) nameInlineFields(row);
      alignFigures(list);
    }
    // After all that waits for jQuery, which makes them.
    window.django?.jQuery(nameSearches);
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
