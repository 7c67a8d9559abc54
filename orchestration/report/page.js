"use strict";
// The page is whole without this: a filter, sections that open when they are asked for, and all of it on paper.
(() => {
  const box = document.getElementById("filter");
  const opened = (details) => { details.open = true; };
  const atAnchor = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") opened(target);
  };
  addEventListener("hashchange", atAnchor);
  atAnchor();

  let before = [];
  addEventListener("beforeprint", () => {
    before = [...document.querySelectorAll("details:not([open])")];
    before.forEach(opened);
  });
  addEventListener("afterprint", () => before.forEach((details) => { details.open = false; }));

  if (!box) return;
  const output = document.querySelector(".filter output");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const entries = [...document.querySelectorAll(".entry")];
  const groups = [...document.querySelectorAll(".told, .company, main > section")];
  const standing = new Map([...document.querySelectorAll(".company")].map((details) => [details, details.open]));
  let texts = null;

  const filter = () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    texts ??= entries.map((entry) => {
      const told = entry.closest(".told");
      const article = told ? told.querySelector(".article").textContent : "";
      return plain(`${entry.dataset.of ?? ""} ${article} ${entry.textContent}`);
    });
    let found = 0;
    entries.forEach((entry, at) => {
      const fits = words.every((word) => texts[at].includes(word));
      entry.hidden = !fits;
      found += fits;
    });
    for (const group of groups) group.hidden = words.length > 0 && !group.querySelector(".entry:not([hidden])");
    for (const [details, open] of standing) details.open = words.length ? !details.hidden : open;
    document.body.classList.toggle("filtered", words.length > 0);
    output.value = words.length ? `${found} of ${entries.length}` : "";
  };

  box.closest(".filter").hidden = false;
  box.addEventListener("input", filter);
  addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      filter();
    }
  });
})();
