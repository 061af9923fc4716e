// Toasts leave by themselves after a while; refusals, and any under the pointer or the focus, stay.
"use strict";

(() => {
  const patience = 8000;

  function watch(toast) {
    if (toast.dataset.watched) return;
    toast.dataset.watched = "yes";
    if (toast.dataset.toast === "error") return;
    let timer;
    const wait = () => (timer = setTimeout(() => toast.remove(), patience));
    const stop = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("pointerleave", wait);
    toast.addEventListener("focusout", wait);
    wait();
  }

  function watchAll() {
    document.querySelectorAll("[data-toast]").forEach(watch);
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-toast-close]");
    if (close) close.closest("[data-toast]").remove();
  });
  document.addEventListener("htmx:oobAfterSwap", watchAll);
  document.addEventListener("htmx:afterSettle", watchAll);
  watchAll();
})();
