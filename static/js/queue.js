// The queue is swapped whole when a task is claimed: the present row and the ticks must survive it.
"use strict";

(() => {
  let place = -1;
  let ticked = [];

  const rows = () => [...document.querySelectorAll("#queue [data-row]")];

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "queue") return;
    place = rows().findIndex((row) => row.classList.contains("row-current"));
    ticked = [...document.querySelectorAll("#queue input[data-tick]:checked")].map((box) => box.value);
  });

  // Not before the settling: it puts back the attributes of elements that kept their id
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "queue") return;
    for (const box of document.querySelectorAll("#queue input[data-tick]")) box.checked = ticked.includes(box.value);
    const row = rows()[Math.min(place, rows().length - 1)];
    if (place < 0 || !row) return;
    row.classList.add("row-current");
    if (!document.querySelector("#queue :focus")) row.querySelector("a[href]").focus();
  });
})();
