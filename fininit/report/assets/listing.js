// The picture as tables: for screen readers, for paper, and for whoever would rather read.
const listing = (() => {
  const { el, button, inline, t, whole } = format;
  const box = document.getElementById("listing");
  const toggle = document.getElementById("list-toggle");

  function party(node) {
    const choice = groups.describe(node);
    return button("link", () => state.choose(choice), inline(groups.nodeName(node), 60));
  }

  function kind(node) {
    const { kind: what, at } = groups.describe(node);
    if (what === "account") {
      return t(`kind_${groups.accountKind(at)}`);
    }
    if (what === "identifier") {
      return format.term("identifier", data.identifiers.kind[at]);
    }
    if (what === "listing") {
      return t("kind_listing");
    }
    const group = groups.list[at];
    return t(what === "more" ? "kind_more" : group.kind === "network" ? "kind_group" : `kind_${group.kind}`);
  }

  function size(node) {
    const { kind: what, at } = groups.describe(node);
    if (what === "identifier" || what === "listing") {
      return what === "identifier" ? data.identifiers.accounts[at] ?? 0 : 0;
    }
    return what === "account" ? 1 : groups.list[at].members.length - groups.shown(at);
  }

  function act(node) {
    const { kind: what } = groups.describe(node);
    if (what === "identifier") {
      const { at } = groups.describe(node);
      const open = linked.isOpen(at);
      return data.identifiers.listings[at] > 0 ? button("small", () => graph.toggle(node), t(open ? "hide_listings" : "show_listings")) : "";
    }
    return what === "account" || what === "listing" ? "" : button("small", () => graph.toggle(node), t("expand"));
  }

  function sumCell(arrow) {
    const rows = groups.sumsOf(arrow.edges);
    return panel.sumLines(rows, 3);
  }

  function show() {
    const { nodes, arrows, links } = graph.shown();
    const flow = (arrow) => ({ kind: "flow", from: groups.describe(arrow.u), to: groups.describe(arrow.v) });
    const tie = ({ u, v }) => ({ kind: "ties", from: groups.describe(u), to: groups.describe(v) });
    box.replaceChildren(
      el("h3", "", t("list_caption")),
      lists.table({
        caption: t("list_caption"),
        rows: nodes,
        columns: [
          { head: t("name"), cell: party, sort: { key: (node) => groups.nodeName(node) } },
          { head: t("kind"), cell: kind, sort: { key: (node) => String(kind(node).textContent ?? kind(node)) } },
          { head: t("accounts"), cls: "num", cell: (node) => whole(size(node)), sort: { down: true, key: size } },
          { head: t("actions"), cell: act },
        ],
      }),
      el("h3", "", t("edges_caption")),
      lists.table({
        caption: t("edges_caption"),
        rows: arrows,
        columns: [
          { head: t("paid_by"), cell: (arrow) => party(arrow.u), sort: { key: (arrow) => groups.nodeName(arrow.u) } },
          { head: t("paid_to"), cell: (arrow) => party(arrow.v), sort: { key: (arrow) => groups.nodeName(arrow.v) } },
          {
            head: t("transfers"),
            cls: "num",
            cell: (arrow) => button("link", () => state.choose(flow(arrow)), whole(arrow.transfers)),
            sort: { down: true, key: (arrow) => arrow.transfers },
          },
          { head: t("sum"), cls: "num", cell: sumCell },
        ],
      }),
      ...(links.length === 0 ? [] : [
        el("h3", "", t("links_caption")),
        lists.table({
          caption: t("links_caption"),
          rows: links,
          columns: [
            { head: t("one_end"), cell: (link) => party(link.u), sort: { key: (link) => groups.nodeName(link.u) } },
            { head: t("other_end"), cell: (link) => party(link.v), sort: { key: (link) => groups.nodeName(link.v) } },
            { head: t("shown_by"), cell: (link) => t(link.stated ? "link_stated" : "link_text"), sort: { key: (link) => String(link.stated) } },
            { head: t("links"), cls: "num", cell: (link) => button("link", () => state.choose(tie(link)), whole(link.rows.length)), sort: { down: true, key: (link) => link.rows.length } },
          ],
        }),
      ]));
  }

  function set(on) {
    box.hidden = !on;
    document.getElementById("graph").hidden = on;
    toggle.textContent = t(on ? "graph" : "list");
    if (on) {
      show();
      box.focus({ preventScroll: true });
    }
  }

  return Object.freeze({
    show,
    refresh() {
      if (!box.hidden) {
        show();
      }
    },
    flip: () => set(box.hidden),
  });
})();
