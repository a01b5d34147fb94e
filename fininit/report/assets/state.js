// What is chosen and what is expanded; everything that shows it listens here.
const state = (() => {
  const HOME = Object.freeze({ kind: "home", at: 0 });
  const PAIRS = new Set(["flow", "ties"]);
  const listeners = [];
  const before = [];
  let chosen = HOME;

  function party(node) {
    return groups.describe(node);
  }

  function same(a, b) {
    return key(a) === key(b);
  }

  function idOf({ kind, at }) {
    if (kind === "account") {
      return data.accounts.id[at];
    }
    if (kind === "transfer") {
      return data.transfers.id[at];
    }
    const others = { identifier: data.identifiers, listing: data.listings, party: data.parties };
    if (Object.hasOwn(others, kind)) {
      return others[kind].id[at];
    }
    return kind === "home" ? "" : groups.list[at].id;
  }

  // A choice as text for the address; ids of the case are escaped there and looked up on the way back.
  function key(choice) {
    if (PAIRS.has(choice.kind)) {
      return `${choice.kind}:${key(choice.from)}>${key(choice.to)}`;
    }
    return `${choice.kind}:${encodeURIComponent(idOf(choice))}`;
  }

  function parse(text) {
    const [kind, rest] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
    if (PAIRS.has(kind)) {
      const ends = rest.split(">").map(parse);
      return ends.length === 2 && ends.every((end) => end !== null) ? { kind, from: ends[0], to: ends[1] } : null;
    }
    const places = {
      account: data.accountAt, transfer: data.transferAt, group: groups.byId, more: groups.byId,
      identifier: data.identifierAt, listing: data.listingAt, party: data.partyAt,
    };
    if (!Object.hasOwn(places, kind)) {
      return null;
    }
    const at = places[kind].get(decodeURIComponent(rest));
    return at === undefined ? null : { kind, at };
  }

  function tell(what, about = chosen) {
    for (const listener of listeners) {
      listener(what, about);
    }
  }

  function choose(choice, { keep = true } = {}) {
    if (same(choice, chosen)) {
      tell("choice");
      return;
    }
    if (keep) {
      before.push(chosen);
    }
    chosen = Object.freeze(choice);
    tell("choice");
  }

  // The account as a node of its own: its group is expanded as far as needed.
  function reveal(a) {
    const g = groups.groupOf[a];
    const place = groups.list[g].place.get(a);
    const wanted = Math.ceil((place + 1) / groups.STEP) * groups.STEP;
    if (place < groups.CAP && (!groups.isUnfolded(g) || groups.shown(g) <= place)) {
      groups.unfold(g, wanted);
      tell("shape");
    }
  }

  // The same for an identifier or a listing: its group is expanded, and what hides it is switched on.
  function revealLinked({ kind, at }) {
    const g = (kind === "identifier" ? groups.identifierGroup : groups.listingGroup)[at];
    if (!groups.isUnfolded(g)) {
      groups.unfold(g);
    }
    if (!filter.on("identifiers")) {
      filter.show([...filter.kinds(), "identifiers"]);
    }
    if (kind === "listing" && !filter.on("listings")) {
      for (const k of data.linksOf.listing(at)) {
        if (data.links.kind[k] === "contact" && groups.identifierGroup[data.linkB[k]] === g) {
          linked.open(data.linkB[k]);
          break;
        }
      }
    }
    tell("shape");
  }

  // Listings that print an identifier, drawn around it or not.
  function openListings(i, on) {
    linked.open(i, on);
    if (on && !groups.isUnfolded(groups.identifierGroup[i])) {
      groups.unfold(groups.identifierGroup[i]);
    }
    tell("shape");
    if (on) {
      tell("focus", { kind: "identifier", at: i });
    }
  }

  return Object.freeze({
    HOME, choose, key, openListings, parse, party, reveal, revealLinked,
    filterBy(change) {
      change();
      tell("shape");
      tell("filter");
    },
    chosen: () => chosen,
    canGoBack: () => before.length > 0,
    back() {
      if (before.length > 0) {
        chosen = before.pop();
        tell("choice");
      }
    },
    listen: (listener) => listeners.push(listener),
    unfold(g, limit) {
      groups.unfold(g, limit);
      tell("shape");
      tell("focus", { kind: "group", at: g });
    },
    fold(g) {
      groups.fold(g);
      const home = { account: groups.groupOf, identifier: groups.identifierGroup, listing: groups.listingGroup };
      const inside = Object.hasOwn(home, chosen.kind) && home[chosen.kind][chosen.at] === g;
      if (inside || (chosen.kind === "more" && chosen.at === g)) {
        choose({ kind: "group", at: g });
      }
      tell("shape");
    },
    foldAll() {
      groups.foldAll();
      linked.closeAll();
      tell("shape");
      tell("fit");
    },
    tell,
  });
})();
