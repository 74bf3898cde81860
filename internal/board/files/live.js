"use strict";
// Asks for the page again while it is looked at, and puts what has changed in its place; focus, scroll, what is open and what
// is selected stay. Without this script a page is as it was when it was asked for.
(() => {
  const often = 5000, seldom = 60000;
  const tools = document.getElementById("live-tools");
  const pause = document.getElementById("pause");
  const said = document.getElementById("said");
  const live = () => document.getElementById("live");
  if (!live() || !tools) return;
  let tag = "", paused = false, asking = false, lost = false, timer = 0, wait = often;
  tools.hidden = false;

  // What an element is known by in the page as it was and as it is.
  const nameOf = (e) => e.id ? "#" + CSS.escape(e.id) : e.getAttribute("href") ? `${e.localName}[href="${CSS.escape(e.getAttribute("href"))}"]` : null;

  const put = (fresh) => {
    const old = live(), focused = document.activeElement;
    const inside = old.contains(focused) ? nameOf(focused) : null;
    const top = window.scrollY;
    for (const open of old.querySelectorAll("details[id]")) {
      const same = fresh.querySelector("#" + CSS.escape(open.id));
      if (same) same.open = open.open;
    }
    const scrolled = [...old.querySelectorAll("[id]")].filter((e) => e.scrollLeft || e.scrollTop).map((e) => [e.id, e.scrollLeft, e.scrollTop]);
    old.replaceWith(fresh);
    for (const [id, left, down] of scrolled) {
      const same = document.getElementById(id);
      if (same) same.scrollTo(left, down);
    }
    window.scrollTo(window.scrollX, top);
    if (inside) (fresh.querySelector(inside) || document.getElementById("main")).focus({ preventScroll: true });
  };

  const selecting = () => {
    const s = document.getSelection();
    return s && !s.isCollapsed && live().contains(s.anchorNode);
  };

  const next = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  };

  const ask = async () => {
    if (asking || paused || document.hidden) return; // it goes on when that is over
    if (selecting()) return next();
    asking = true;
    try {
      const answer = await fetch(location.href.split("#")[0], { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store", redirect: "manual" });
      if (answer.status === 401 || answer.status === 404) return location.reload();
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      wait = often;
      if (lost) said.textContent = "";
      lost = false;
      if (answer.status === 304) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("live");
      if (!fresh) return location.reload();
      if (paused || selecting()) return;
      tag = answer.headers.get("ETag") || "";
      if (fresh.innerHTML === live().innerHTML) return;
      put(document.adoptNode(fresh));
      document.title = page.title;
      said.textContent = tools.dataset.updated + " " + new Date().toLocaleTimeString(document.documentElement.lang);
    } catch {
      wait = Math.min(wait * 2, seldom);
      if (!lost) said.textContent = tools.dataset.lost;
      lost = true;
    } finally {
      asking = false;
      next();
    }
  };

  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    if (!paused) ask();
  });
  document.addEventListener("visibilitychange", () => ask());
  next();
})();
