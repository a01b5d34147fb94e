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
    const group = groups.list[at];
    return t(what === "more" ? "kind_more" : group.kind === "network" ? "kind_group" : `kind_${group.kind}`);
  }

  function size(node) {
    const { kind: what, at } = groups.describe(node);
    return what === "account" ? 1 : groups.list[at].members.length - groups.shown(at);
  }

  function act(node) {
    const { kind: what } = groups.describe(node);
    return what === "account" ? "" : button("small", () => graph.toggle(node), t("expand"));
  }

  function sumCell(arrow) {
    const rows = groups.sumsOf(arrow.edges);
    return panel.sumLines(rows, 3);
  }

  function show() {
    const { nodes, arrows } = graph.shown();
    const flow = (arrow) => ({ kind: "flow", from: groups.describe(arrow.u), to: groups.describe(arrow.v) });
    box.replaceChildren(
      el("h3", "", t("list_caption")),
      lists.table({
        caption: t("list_caption"),
        rows: nodes,
        columns: [
          { head: t("name"), cell: party, sort: { key: (node) => groups.nodeName(node) } },
          { head: t("kind"), cell: kind, sort: { key: kind } },
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
      }));
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
