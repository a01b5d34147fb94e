// Puts the parts together: one place where a choice, a change of shape or a key press reaches everything that shows it.
(() => {
  const app = document.getElementById("app");
  const help = document.getElementById("help");
  const on = (id, act) => document.getElementById(id).addEventListener("click", act);

  // The state stands in the address, so that "this account, this group open" can be kept as a bookmark.
  function remember() {
    const parts = new URLSearchParams();
    if (views.current() !== "overview") {
      parts.set("view", views.current());
    }
    if (state.chosen().kind !== "home") {
      parts.set("show", state.key(state.chosen()));
    }
    const open = groups.unfolded().map((g) => state.key({ kind: "group", at: g }));
    if (open.length > 0) {
      parts.set("open", open.join(" "));
    }
    const { from, to } = filter.range();
    if (from) {
      parts.set("from", from);
    }
    if (to) {
      parts.set("to", to);
    }
    if (!filter.plain()) {
      parts.set("kinds", filter.kinds().join(" "));
    }
    const listed = linked.opened().map((i) => state.key({ kind: "identifier", at: i }));
    if (listed.length > 0) {
      parts.set("listings", listed.join(" "));
    }
    try {
      history.replaceState(null, "", `#${parts}`);
    } catch {
      // A sandboxed frame has no address of its own: nothing to remember, nothing lost.
    }
  }

  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    const read = (text) => {
      try {
        return state.parse(text);
      } catch {
        return null;
      }
    };
    filter.set({ from: parts.get("from") ?? "", to: parts.get("to") ?? "" });
    if (parts.has("kinds")) {
      filter.show(parts.get("kinds").split(" "));
    }
    for (const key of (parts.get("listings") ?? "").split(" ")) {
      const choice = read(key);
      if (choice !== null && choice.kind === "identifier") {
        linked.open(choice.at);
      }
    }
    if (filter.active() || !filter.plain()) {
      state.tell("shape");
    }
    for (const key of (parts.get("open") ?? "").split(" ")) {
      const choice = read(key);
      if (choice !== null && choice.kind === "group") {
        state.unfold(choice.at);
      }
    }
    const choice = read(parts.get("show") ?? "");
    if (choice !== null) {
      state.choose(choice);
      state.tell("focus");
    }
    const view = parts.get("view") ?? "";
    if (views.has(view)) {
      views.show(view);
    }
  }

  function heard(what, about) {
    if (what === "choice") {
      panel.show();
      graph.mark();
    } else if (what === "shape") {
      graph.sync();
      graph.mark();
      panel.show();
      listing.refresh();
      filterbar.show();
    } else if (what === "focus") {
      graph.focus(about);
    } else if (what === "fit") {
      graph.fit();
    }
    remember();
  }

  const KEYS = new Map([
    ["ArrowLeft", () => graph.step(-1, 0)], ["ArrowRight", () => graph.step(1, 0)],
    ["ArrowUp", () => graph.step(0, -1)], ["ArrowDown", () => graph.step(0, 1)],
    ["Enter", () => graph.enter()], ["+", () => graph.zoom(1.4)], ["-", () => graph.zoom(1 / 1.4)],
  ]);
  const ANYWHERE = new Map([
    ["f", () => graph.fit()], ["g", () => state.foldAll()], ["l", () => listing.flip()], ["/", () => search.focus()],
    ["Backspace", () => state.back()], ["Escape", () => state.choose(state.HOME)], ["?", () => help.showModal()],
  ]);

  function pressed(event) {
    const typing = event.target.closest("input, textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || help.open || views.current() !== "overview") {
      return;
    }
    const inGraph = event.target.id === "graph" ? KEYS.get(event.key) : undefined;
    const act = inGraph ?? ANYWHERE.get(event.key);
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  }

  app.hidden = false;
  views.start();
  panel.show();
  graph.start();
  search.start();
  filterbar.start();
  state.listen(heard);
  recall();
  on("fit", () => graph.fit());
  on("zoom-in", () => graph.zoom(1.4));
  on("zoom-out", () => graph.zoom(1 / 1.4));
  on("fold-all", () => state.foldAll());
  on("list-toggle", () => listing.flip());
  on("keys", () => help.showModal());
  on("help-close", () => help.close());
  document.addEventListener("keydown", pressed);
  globalThis.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", graph.retheme);
  globalThis.addEventListener("beforeprint", () => {
    trace.toPaper();
    listing.show();
    graph.toPaper();
  });
  globalThis.addEventListener("afterprint", graph.fromPaper);

  // For tests and for notebooks: reads and the same actions as the buttons, nothing that a reader could not do.
  globalThis.fininit = Object.freeze({
    counts: graph.counts,
    shown: graph.shown,
    describe: groups.describe,
    placeOf: graph.placeOf,
    middleOf: graph.middleOf,
    choose: (text) => { state.choose(state.parse(text)); },
    unfold: (id) => { state.unfold(groups.byId.get(id)); },
    more: (id, n) => { state.unfold(groups.byId.get(id), n); },
    fold: (id) => { state.fold(groups.byId.get(id)); },
    nodeOfGroup: (id) => groups.GROUPS + groups.byId.get(id),
    filter: (range) => { state.filterBy(() => filter.set(range)); },
    kinds: (kinds) => { state.filterBy(() => filter.show(kinds)); },
    listings: (id, on = true) => { state.openListings(data.identifierAt.get(id), on); },
    nodeOfIdentifier: (id) => groups.IDENTIFIERS + data.identifierAt.get(id),
    nodeOfListing: (id) => groups.LISTINGS + data.listingAt.get(id),
    nodeOfAccount: (id) => groups.nodeOf(data.accountAt.get(id)),
  });
})();
