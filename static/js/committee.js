// The map is swapped whole when one card changes: whoever was in focus stays so. A form in a card can be put away.
"use strict";

(() => {
  let person = null;

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "committee") return;
    const row = document.activeElement?.closest("#committee [data-row]") ?? document.querySelector("#committee .row-current");
    person = row?.id ?? null;
  });

  // A form that was asked for is written in at once
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.target.classList.contains("member-more")) return;
    const field = event.detail.target.querySelector("[data-focus], input:not([type=hidden])");
    field?.focus();
  });

  // Not before the settling: it puts back the attributes of elements that kept their id
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "committee" || !person) return;
    const row = document.getElementById(person);
    if (!row) return;
    row.classList.add("row-current");
    if (!document.querySelector("#committee :focus")) row.querySelector("a[href]").focus();
  });

  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-put-away]")?.closest(".member-more");
    if (!form) return;
    event.preventDefault();
    form.replaceChildren();
    form.closest("[data-row]").querySelector("a[href]").focus();
  });
})();
