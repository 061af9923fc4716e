// On every page: the tab that is shown is in sight, and who waits for an answer that does not come is told why.
"use strict";

(() => {
  for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
    const row = tab.parentElement.getBoundingClientRect();
    const { left, right } = tab.getBoundingClientRect();
    if (left < row.left || right > row.right) tab.parentElement.scrollLeft += (left + right - row.left - row.right) / 2;
  }

  function tell(sentence) {
    const toasts = document.getElementById("toasts");
    const toast = document.getElementById("no-answer").content.firstElementChild.cloneNode(true);
    if (sentence) toast.querySelector(".toast-text").textContent = sentence;
    for (const old of toasts.querySelectorAll("[data-no-answer]")) old.remove();
    toast.dataset.noAnswer = "yes";
    toasts.append(toast);
  }

  // Our pages of refusals and mistakes say in one paragraph what is wrong.
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    tell(page.querySelector("[data-told]")?.textContent.trim());
  });
  document.addEventListener("htmx:sendError", () => tell());
  document.addEventListener("htmx:timeout", () => tell());
})();
