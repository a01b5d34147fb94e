// What is chosen and what is expanded; everything that shows it listens here.
const state = (() => {
  const HOME = Object.freeze({ kind: "home", at: 0 });
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
    return kind === "home" ? "" : groups.list[at].id;
  }

  // A choice as text for the address; ids of the case are escaped there and looked up on the way back.
  function key(choice) {
    if (choice.kind === "flow") {
      return `flow:${key(choice.from)}>${key(choice.to)}`;
    }
    return `${choice.kind}:${encodeURIComponent(idOf(choice))}`;
  }

  function parse(text) {
    const [kind, rest] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
    if (kind === "flow") {
      const ends = rest.split(">").map(parse);
      return ends.length === 2 && ends.every((end) => end !== null) ? { kind, from: ends[0], to: ends[1] } : null;
    }
    const places = { account: data.accountAt, transfer: data.transferAt, group: groups.byId, more: groups.byId };
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

  return Object.freeze({
    HOME, choose, key, parse, party, reveal,
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
      const inside = chosen.kind === "account" && groups.groupOf[chosen.at] === g;
      if (inside || (chosen.kind === "more" && chosen.at === g)) {
        choose({ kind: "group", at: g });
      }
      tell("shape");
    },
    foldAll() {
      groups.foldAll();
      tell("shape");
      tell("fit");
    },
    tell,
  });
})();
