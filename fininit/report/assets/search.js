// Find an account, a group, an identifier, a listing or a party by what is shown of it; keys and mouse both work.
const search = (() => {
  const MOST = 40;
  const input = document.getElementById("search");
  const found = document.getElementById("found");
  const { el, inline, t, whole } = format;
  const { accounts } = data;
  let index = null;
  let results = [];
  let active = -1;

  function fold(text) {
    return text.slice(0, 2000).normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  }

  function build() {
    index = groups.list.map((group) => ({ kind: "group", at: group.at, text: fold(`${group.id} ${groups.name(group.at)}`) }));
    for (let a = 0; a < accounts.height; a += 1) {
      const words = [accounts.name[a], accounts.account[a], accounts.label[a], accounts.id[a]].join("\n");
      index.push({ kind: "account", at: a, text: fold(words) });
    }
    const { identifiers, listings, captures, parties } = data;
    for (let i = 0; i < identifiers.height; i += 1) {
      index.push({ kind: "identifier", at: i, text: fold([identifiers.identifier[i], identifiers.label[i], format.word("identifier", identifiers.kind[i])].join("\n")) });
    }
    for (let l = 0; l < listings.height; l += 1) {
      const seen = [...data.capturesOf(l)].flatMap((c) => [captures.title[c], captures.place[c], captures.site[c], captures.url[c], captures.text[c] ?? ""]);
      index.push({ kind: "listing", at: l, text: fold([listings.listing[l], listings.label[l], ...new Set(seen)].join("\n")) });
    }
    for (let p = 0; p < parties.height; p += 1) {
      index.push({ kind: "party", at: p, text: fold([parties.name[p], parties.party[p], parties.label[p]].join("\n")) });
    }
  }

  function line(choice, i) {
    const { kind, at } = choice;
    const says = {
      group: () => [groups.name(at), tips.size(at)],
      account: () => [groups.accountName(at), inline(accounts.account[at], 60)],
      identifier: () => [linked.identifierName(at), el("span", "", format.term("identifier", data.identifiers.kind[at]), t("list_comma"),
        t("n_listings", { n: data.identifiers.listings[at] ?? 0 }))],
      listing: () => [data.captures.title[data.capturesOf(at)[0]] || linked.listingName(at),
        el("span", "", t("kind_listing"), t("list_comma"), format.period(data.listings.first[at], data.listings.last[at]))],
      party: () => [ties.name(choice), t("kind_party")],
    };
    const [name, below] = says[kind]();
    const made = el("li", "", inline(name, 60), el("span", "quiet", below));
    made.id = `found-${i}`;
    made.setAttribute("role", "option");
    made.addEventListener("mousedown", (event) => {
      event.preventDefault();
      go(i);
    });
    return made;
  }

  function close() {
    found.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }

  function look() {
    const wanted = fold(input.value.trim()).split(/\s+/).filter((word) => word !== "");
    if (wanted.length === 0) {
      results = [];
      close();
      return;
    }
    if (index === null) {
      build();
    }
    const hits = index.filter((entry) => wanted.every((word) => entry.text.includes(word)));
    results = hits.slice(0, MOST);
    found.replaceChildren(...results.map(line));
    if (hits.length === 0) {
      found.append(el("li", "quiet", t("search_none")));
    } else if (hits.length > MOST) {
      found.append(el("li", "quiet", t("search_more", { shown: MOST, n: hits.length })));
    }
    found.hidden = false;
    input.setAttribute("aria-expanded", "true");
    point(results.length > 0 ? 0 : -1);
  }

  function point(to) {
    active = to;
    [...found.children].forEach((made, i) => {
      made.classList.toggle("active", i === active);
      if (made.getAttribute("role") === "option") {
        made.setAttribute("aria-selected", String(i === active));
      }
    });
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", `found-${active}`);
      found.children[active].scrollIntoView({ block: "nearest" });
    }
  }

  function go(i) {
    const { kind, at } = results[i];
    close();
    if (kind === "account") {
      state.reveal(at);
    } else if (kind === "identifier" || kind === "listing") {
      state.revealLinked({ kind, at });
    }
    state.choose({ kind, at });
    state.tell("focus");
  }

  function start() {
    input.addEventListener("input", look);
    input.addEventListener("focus", () => {
      if (input.value !== "" && found.hidden) {
        look();
      }
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (results.length > 0) {
          point((active + (event.key === "ArrowDown" ? 1 : results.length - 1)) % results.length);
        }
      } else if (event.key === "Enter" && active >= 0) {
        go(active);
      } else if (event.key === "Escape") {
        input.value = "";
        close();
      }
    });
  }

  return Object.freeze({ start, focus: () => input.focus() });
})();
