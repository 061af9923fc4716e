// The theme switch: a cookie, so that the server's next page is already right.
// Django admin does not write the cookie's theme into its pages; there this runs before the first paint.
"use strict";

(() => {
  const root = document.documentElement;
  const year = 60 * 60 * 24 * 365;
  const kept = /(?:^|; )theme=(light|dark)/.exec(document.cookie);
  if (kept) root.dataset.theme = kept[1];

  function choose(theme) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.cookie = `theme=${theme};path=/;max-age=${theme ? year : 0};samesite=lax`;
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (button) choose(button.dataset.setTheme);
  });
})();
