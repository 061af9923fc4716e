// Dialogs, dropdowns, and where the focus goes when a page comes back with errors.
"use strict";

(() => {
  function open(name) {
    const dialog = document.getElementById(name);
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return false;
    document.querySelectorAll("details[data-dropdown][open]").forEach((menu) => (menu.open = false));
    dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("opened"));
    return true;
  }

  // data-opens="name": a link stays a link where there is no such dialog
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener && !event.ctrlKey && !event.metaKey && open(opener.dataset.opens)) {
      event.preventDefault();
      return;
    }
    // A click on the backdrop lands on the dialog itself
    if (event.target instanceof HTMLDialogElement) event.target.close();
    for (const menu of document.querySelectorAll("details[data-dropdown][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest("details[data-dropdown][open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  document.addEventListener("abmhub:open", (event) => open(event.detail));

  function focusErrors(root) {
    root.querySelector("[data-focus]")?.focus();
  }

  document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));
  focusErrors(document);
})();
