"use strict";
// The page works without this. With it, times are the reader's own, votes need no reload, answers are written in
// place, fields know what they could hold, and figures are live. What is being read never moves.

(() => {
  const language = document.documentElement.lang;
  const main = document.getElementById("main");

  // --- times in the reader's zone -------------------------------------------------------------

  const own = navigator.languages.find((each) => each.toLowerCase().split("-")[0] === language) || language;
  const full = new Intl.DateTimeFormat(own, { dateStyle: "long", timeStyle: "short" });
  const localise = (root) => {
    for (const element of root.querySelectorAll("time[datetime]")) {
      const at = new Date(element.dateTime);
      if (Number.isNaN(at.getTime())) continue;
      if (!element.title) element.title = element.textContent;
      element.textContent = full.format(at);
    }
  };

  // --- votes ----------------------------------------------------------------------------------

  const showTotals = (votes, up, down) => {
    for (const [selector, count] of [["[data-up]", up], ["[data-down]", down]]) {
      const place = votes.querySelector(selector);
      if (place && place.textContent !== String(count)) place.textContent = String(count);
    }
  };

  const showVote = (form, mine) => {
    for (const [way, button] of [["up", form.querySelector(".up")], ["down", form.querySelector(".down")]]) {
      button.setAttribute("aria-pressed", String(mine === way));
      button.value = mine === way ? "none" : way;
    }
  };

  const vote = async (form, button) => {
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    try {
      const body = new URLSearchParams(new FormData(form));
      body.set("vote", button.value);
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      if (!answer.ok) return complain(form, told.message);
      complain(form, "");
      showTotals(form, told.up, told.down);
      showVote(form, told.vote);
    } catch {
      HTMLFormElement.prototype.submit.call(withVote(form, button.value));
    } finally {
      delete form.dataset.busy;
    }
  };

  const withVote = (form, value) => {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "vote", value });
    form.append(field);
    return form;
  };

  const complain = (form, text) => {
    let place = form.parentElement.querySelector(":scope > .refused");
    if (!place) {
      if (!text) return;
      place = Object.assign(document.createElement("p"), { className: "refused" });
      place.setAttribute("role", "alert");
      form.after(place);
    }
    place.textContent = text;
    place.hidden = !text;
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form.votes") || !event.submitter) return;
    event.preventDefault();
    vote(form, event.submitter);
  });

  // --- answers in place -----------------------------------------------------------------------

  const fetched = async (address) => {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const answer = async (link) => {
    try {
      const page = await fetched(link.href);
      const form = page.querySelector("[data-reply-form]");
      if (!form) throw new Error("no form");
      const place = link.closest(".comment").querySelector(".said-by");
      place.querySelector("[data-reply-form]")?.remove();
      place.append(document.adoptNode(form));
      const text = form.querySelector("textarea");
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
      form.querySelector("[data-cancel]").addEventListener("click", (event) => {
        event.preventDefault();
        form.remove();
        link.focus();
      });
    } catch {
      location.assign(link.href);
    }
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-answer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    answer(link);
  });

  // --- what a field could be ------------------------------------------------------------------

  const suggest = async (field) => {
    const form = field.form;
    const address = new URL(`${form.dataset.command}/complete`, location.href);
    address.searchParams.set("parameter", field.dataset.complete);
    address.searchParams.set("typed", field.value);
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const options = (await answer.json()).items.map(({ value, label }) =>
        Object.assign(document.createElement("option"), { value, textContent: label }));
      if (field.list) field.list.replaceChildren(...options);
    } catch {
      // What was known when the page was made stays.
    }
  };

  for (const field of document.querySelectorAll("[data-command] [data-complete]")) {
    let pause = 0;
    field.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(suggest, 200, field);
    });
  }

  // --- what a decision will say ---------------------------------------------------------------

  const typed = (form, name) => {
    const field = form.elements.namedItem(name);
    if (!field) return "";
    return field.type === "checkbox" ? (field.checked ? field.value : "") : field.value.trim();
  };

  const applies = (form, needs) => needs.split(" ").every((need) => {
    const [name, values] = need.split("=");
    return values ? values.split("|").includes(typed(form, name)) : typed(form, name) !== "";
  });

  const sentence = (form, row) => {
    const line = document.createElement("p");
    line.append(...row.cloneNode(true).childNodes);
    const gap = line.querySelector("[data-filled]");
    if (gap && typed(form, row.dataset.fill)) gap.textContent = typed(form, row.dataset.fill);
    return line;
  };

  const showLetters = (form) => {
    const texts = form.querySelector("[data-texts]");
    const undecided = typed(form, "ruling") === "";
    for (const letter of form.querySelectorAll("[data-letter]")) {
      const rows = [...texts.querySelectorAll(`[data-to="${letter.dataset.letter}"]`)];
      const lines = rows.filter((row) => applies(form, row.dataset.needs)).map((row) => sentence(form, row));
      const nothing = Object.assign(document.createElement("p"), { textContent: texts.dataset.nothing });
      nothing.lang = language;
      letter.replaceChildren(...(lines.length ? lines : [nothing]));
    }
    form.querySelector("[data-letters]").hidden = undecided;
  };

  for (const form of document.querySelectorAll("[data-decide]")) {
    // Not on "change": that comes with the press on the button, which would move away from under the pointer.
    let pause = 0;
    form.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(showLetters, 300, form);
    });
    showLetters(form);
  }

  // --- words chosen in an article, for "an error in these words?" -------------------------------

  const pick = document.querySelector("[data-pick]");
  const longestPick = 500;
  let leaving = 0;

  const picked = () => {
    const selection = getSelection();
    const words = selection.isCollapsed ? "" : selection.toString().replace(/\s+/g, " ").trim();
    const inside = words && selection.anchorNode.parentElement?.closest("article.full")
      && selection.focusNode.parentElement?.closest("article.full");
    return inside && words.length <= longestPick ? words : "";
  };

  const offerPick = () => {
    const words = picked();
    clearTimeout(leaving);
    if (!words) {
      leaving = setTimeout(() => (pick.hidden = true), 400); // a tap on it takes the selection away first
      return;
    }
    const address = new URL(pick.href);
    address.searchParams.set("excerpt", words);
    pick.href = address;
    pick.hidden = false;
  };

  if (pick) {
    document.addEventListener("selectionchange", offerPick);
    pick.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  // --- live -----------------------------------------------------------------------------------

  const live = main.dataset.live;
  const shortest = 4000;
  const longest = 60000;
  let source = null;
  let wait = shortest;
  let timer = 0;
  let refreshing = 0;
  let opened = false;

  const listen = () => {
    if (source || document.hidden) return;
    source = new EventSource(live);
    source.addEventListener("open", () => {
      wait = shortest;
      if (opened) refreshSoon();
      opened = true;
    });
    source.addEventListener("figures", (event) => showArticle(JSON.parse(event.data)));
    source.addEventListener("changed", (event) => changed(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      hangUp();
      timer = setTimeout(listen, wait * (1 + Math.random() / 2));
      wait = Math.min(wait * 2, longest);
    });
  };

  const hangUp = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const changed = (figures) => {
    showArticle(figures);
    refreshSoon();
  };

  const refreshSoon = () => {
    if (!refreshing) refreshing = setTimeout(refresh, 400 + Math.random() * 600);
  };

  const showArticle = (figures) => {
    if (!("comments" in figures)) return;
    const votes = document.querySelector(`[data-votes="${main.dataset.article}"]`);
    if (votes) showTotals(votes, figures.up, figures.down);
    const fresh = figures.comments - Number(main.dataset.comments);
    if (fresh > 0) offer(fresh === 1 ? main.dataset.newOne : main.dataset.newMany.replace("%", fresh), showNew);
  };

  const refresh = async () => {
    try {
      const answer = await fetch(main.dataset.figures, { headers: { Accept: "application/json" } });
      if (answer.ok) showFigures((await answer.json()).items);
    } catch {
      // The stream will say when the page can be reached again.
    } finally {
      refreshing = 0;
    }
  };

  const showFigures = (items) => {
    const kind = main.dataset.article ? "c" : "a";
    let unknown = false;
    for (const item of items) {
      const votes = document.querySelector(`[data-votes="${kind}${item.id}"]`);
      if (votes) showTotals(votes, item.up, item.down);
      unknown ||= !document.getElementById(`${kind}${item.id}`);
    }
    if (unknown && kind === "a") offer(main.dataset.newArticles, () => location.reload());
  };

  const offer = (text, act) => {
    const place = document.querySelector("[data-news]");
    let button = place.querySelector("button");
    if (!button) {
      button = Object.assign(document.createElement("button"), { type: "button", className: "button small" });
      place.append(button);
    }
    if (button.textContent !== text) button.textContent = text;
    button.onclick = act;
  };

  const showNew = async () => {
    try {
      const page = await fetched(main.dataset.newest);
      const list = document.querySelector("[data-comment-list]");
      const fresh = [...page.querySelectorAll("[data-comment-list] > li")].reverse()
        .filter((item) => !document.getElementById(item.firstElementChild.id))
        .map((item) => document.adoptNode(item));
      for (const item of fresh) {
        item.firstElementChild.classList.add("fresh");
        localise(item);
        list.append(item);
      }
      main.dataset.comments = page.getElementById("main").dataset.comments;
      for (const place of document.querySelectorAll("[data-comments]:not(main)")) {
        place.textContent = page.getElementById("comments-heading").textContent;
      }
      document.querySelector("[data-news]").replaceChildren();
      fresh[0]?.querySelector("a")?.focus({ preventScroll: true });
    } catch {
      location.assign(main.dataset.newest);
    }
  };

  localise(document);
  if (live && window.EventSource) {
    document.addEventListener("visibilitychange", () => (document.hidden ? hangUp() : listen()));
    addEventListener("pagehide", hangUp);
    addEventListener("pageshow", listen);
    listen();
  }
})();
