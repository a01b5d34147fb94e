// What is drawn: every account is in exactly one node, every edge of the case in exactly one arrow or inside one node.
const groups = (() => {
  const FIRST_VIEW = 290;
  const STEP = 200;
  const CAP = 2000;

  const { accounts, edges, networks } = data;
  const list = [];
  const byNetwork = new Map();

  function add(kind, id, row) {
    const group = { at: list.length, kind, id, row, networks: 0, members: [], place: new Map() };
    list.push(group);
    return group;
  }

  // Networks beyond the first view share the node of the rest, whether the model or this page put them there.
  let rest = null;
  for (let row = 0; row < networks.height; row += 1) {
    const id = networks.id[row];
    const over = list.length >= FIRST_VIEW;
    if (id === "rest" || over) {
      rest ??= add("rest", "rest", id === "rest" ? row : -1);
      byNetwork.set(id, rest);
    } else {
      byNetwork.set(id, add("network", id, row));
    }
    byNetwork.get(id).networks += 1;
  }

  let none = null;
  const groupOf = new Int32Array(accounts.height);
  for (let a = 0; a < accounts.height; a += 1) {
    const known = byNetwork.get(accounts.network[a]);
    const group = known ?? (none ??= add("none", "none", -1));
    groupOf[a] = group.at;
    group.place.set(a, group.members.length);
    group.members.push(a);
  }

  // Node numbers: accounts, then groups, then "more of this group" nodes.
  const GROUPS = accounts.height;
  const MORE = GROUPS + list.length;
  const SPAN = MORE + list.length;

  const unfolded = new Map();

  function nodeOf(a) {
    const g = groupOf[a];
    const limit = unfolded.get(g);
    if (limit === undefined) {
      return GROUPS + g;
    }
    return list[g].place.get(a) < limit ? a : MORE + g;
  }

  function describe(node) {
    if (node < GROUPS) {
      return { kind: "account", at: node };
    }
    return node < MORE ? { kind: "group", at: node - GROUPS } : { kind: "more", at: node - MORE };
  }

  function shown(g) {
    return Math.min(unfolded.get(g) ?? 0, list[g].members.length);
  }

  // The nodes and arrows of the present state.
  function view() {
    const nodes = [];
    for (const group of list) {
      const count = shown(group.at);
      if (count === 0) {
        nodes.push(GROUPS + group.at);
        continue;
      }
      for (let i = 0; i < count; i += 1) {
        nodes.push(group.members[i]);
      }
      if (count < group.members.length) {
        nodes.push(MORE + group.at);
      }
    }
    const seen = new Map();
    const arrows = [];
    let inside = 0;
    for (let e = 0; e < edges.height; e += 1) {
      if (data.edgeFrom[e] === data.edgeTo[e]) {
        continue; // from an account to itself: counted in the facts, drawn nowhere
      }
      const u = nodeOf(data.edgeFrom[e]);
      const v = nodeOf(data.edgeTo[e]);
      if (u === v) {
        inside += edges.transfers[e];
        continue;
      }
      const key = u * SPAN + v;
      let arrow = seen.get(key);
      if (arrow === undefined) {
        arrow = { u, v, transfers: 0, edges: [] };
        seen.set(key, arrow);
        arrows.push(arrow);
      }
      arrow.transfers += edges.transfers[e];
      arrow.edges.push(e);
    }
    return { nodes, arrows, inside };
  }

  function sumsOf(edgeRows) {
    const sums = money.sums();
    for (const e of edgeRows) {
      sums.add(edges.currency[e], edges.amount[e], edges.transfers[e]);
    }
    return sums.rows();
  }

  // Totals of a group: the model's own where it has them, else (the rest made here, accounts in no group) from the edges.
  function totals(g) {
    const group = list[g];
    const found = { inside: [], in: [], out: [] };
    if (group.row >= 0 && group.networks === 1) {
      for (const row of data.networkTotalsOf(group.row)) {
        found[data.networkTotals.scope[row]].push({
          currency: data.networkTotals.currency[row],
          transfers: data.networkTotals.transfers[row],
          amount: data.networkTotals.amount[row],
        });
      }
      Object.values(found).forEach(money.inOrder);
      return found;
    }
    const parts = { inside: [], in: [], out: [] };
    for (let e = 0; e < edges.height; e += 1) {
      const from = groupOf[data.edgeFrom[e]] === g;
      const to = groupOf[data.edgeTo[e]] === g;
      if ((from || to) && data.edgeFrom[e] !== data.edgeTo[e]) {
        parts[from && to ? "inside" : from ? "out" : "in"].push(e);
      }
    }
    found.inside = sumsOf(parts.inside);
    found.in = sumsOf(parts.in);
    found.out = sumsOf(parts.out);
    return found;
  }

  // Sums of an account by currency, one direction; what it paid to itself is in neither.
  function paid(a, direction) {
    const rows = data.accountTotals;
    return [...data.totalsOf(a)].filter((at) => rows.direction[at] === direction)
      .map((at) => ({ currency: rows.currency[at], transfers: rows.transfers[at], amount: rows.amount[at] }));
  }

  function count(rows) {
    return rows.reduce((n, row) => n + row.transfers, 0);
  }

  function name(g) {
    const group = list[g];
    if (group.kind === "none") {
      return format.t("group_none");
    }
    if (group.kind === "rest") {
      return group.row >= 0 && networks.label[group.row] ? networks.label[group.row] : format.t("group_rest");
    }
    return networks.label[group.row] || group.id;
  }

  // One name for an account wherever it stands, in the picture as in every list.
  function accountName(a) {
    return accounts.label[a] || accounts.name[a] || accounts.account[a] || accounts.id[a];
  }

  function accountKind(a) {
    const scheme = accounts.scheme[a];
    if (scheme === "fee" || scheme === "unknown") {
      return scheme;
    }
    if (accounts.records[a] === "yes") {
      return "records";
    }
    return scheme === "name" ? "name" : "other";
  }

  function nodeName(node) {
    const { kind, at } = describe(node);
    if (kind === "account") {
      return accountName(at);
    }
    return kind === "group" ? name(at) : format.t("more_accounts", { n: list[at].members.length - shown(at) });
  }

  return Object.freeze({
    CAP, GROUPS, MORE, STEP, accountKind, accountName, count, describe, groupOf, list, name, nodeName, nodeOf, paid, shown,
    sumsOf, totals, view,
    isUnfolded: (g) => unfolded.has(g),
    unfold(g, limit = STEP) {
      unfolded.set(g, Math.min(Math.max(limit, unfolded.get(g) ?? 0), CAP));
    },
    fold: (g) => unfolded.delete(g),
    foldAll: () => unfolded.clear(),
    unfolded: () => [...unfolded.keys()].sort((a, b) => a - b),
    byId: new Map(list.map((group) => [group.id, group.at])),
  });
})();
