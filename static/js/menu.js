// Gone back to, a browser ticks the boxes again without telling anybody: ask for the total that belongs to them.
"use strict";

window.addEventListener("pageshow", () => {
  const form = document.querySelector(".menu-form");
  const boxes = [...(form?.querySelectorAll('input[type="checkbox"]') ?? [])];
  if (boxes.some((box) => box.checked !== box.defaultChecked)) htmx.trigger(form, "change");
});
