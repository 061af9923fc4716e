// @ and the beginning of a name offer people to mention. Without this script names are written in full.
//   <div data-mentions="/tasks/1/people/"> around a label and a textarea
"use strict";

(() => {
  const typed = /(?:^|[^\w@.])@([\p{L}][\p{L}'’. -]{0,30})$/u;

  function beginning(field) {
    const found = typed.exec(field.value.slice(0, field.selectionStart));
    return found && !/\s.*\s/.test(found[1]) ? found[1] : null;
  }

  function listFor(field) {
    const box = field.closest("[data-mentions]");
    let list = box.querySelector("[role=listbox]");
    if (!list) {
      list = document.createElement("ul");
      list.className = "mention-list";
      list.id = `${field.id}-people`;
      list.setAttribute("role", "listbox");
      list.setAttribute("aria-label", "People to mention");
      list.hidden = true;
      box.append(list);
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-controls", list.id);
      list.addEventListener("mousedown", (event) => {
        const option = event.target.closest("[role=option]");
        if (!option) return;
        event.preventDefault();
        choose(field, option);
      });
    }
    return list;
  }

  const options = (list) => [...list.querySelectorAll("[role=option]")];
  const current = (list) => list.querySelector("[aria-selected=true]");

  function mark(field, list, option) {
    for (const each of options(list)) each.setAttribute("aria-selected", each === option);
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function close(field) {
    const list = listFor(field);
    list.hidden = true;
    list.replaceChildren();
    mark(field, list, null);
  }

  function choose(field, option) {
    const start = field.selectionStart - beginning(field).length;
    field.setRangeText(`${option.dataset.name} `, start, field.selectionStart, "end");
    close(field);
    field.focus();
  }

  let asked = 0;

  async function offer(field) {
    const name = beginning(field);
    if (name === null) return close(field);
    const mine = ++asked;
    const address = `${field.closest("[data-mentions]").dataset.mentions}?q=${encodeURIComponent(name)}`;
    const answer = await fetch(address, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const list = listFor(field);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").body.children;
    list.replaceChildren(...found);
    list.hidden = list.children.length === 0;
    mark(field, list, options(list)[0] ?? null);
  }

  const fieldOf = (event) => (event.target.matches?.("[data-mentions] textarea") ? event.target : null);

  document.addEventListener("input", (event) => {
    const field = fieldOf(event);
    if (field) offer(field);
  });

  document.addEventListener("focusout", (event) => {
    const field = fieldOf(event);
    if (field) close(field);
  });

  document.addEventListener("keydown", (event) => {
    const field = fieldOf(event);
    const list = field && listFor(field);
    if (!list || list.hidden) return;
    const all = options(list);
    const at = all.indexOf(current(list));
    if (event.key === "ArrowDown") mark(field, list, all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") mark(field, list, all[(at - 1 + all.length) % all.length]);
    else if ((event.key === "Enter" || event.key === "Tab") && current(list)) choose(field, current(list));
    else if (event.key === "Escape") close(field);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
})();
