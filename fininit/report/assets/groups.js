// What is drawn: every account is in exactly one node, every edge of the case in exactly one arrow or inside one node.
const groups = (() => {
  const FIRST_VIEW = 290;
  const STEP = 200;
  const CAP = 2000;

  const { accounts, edges, networks } = data;
  const list = [];
  const byNetwork = new Map();

  function add(kind, id, row) {
    const group = { at: list.length, kind, id, row, networks: 0, members: [], place: new Map(), identifiers: [], listings: [] };
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

  // Identifiers and listings stand with the group of the accounts that they lead to. An identifier that leads to none stands
  // with most of the listings that print it, a listing likewise with its identifiers; what is left stands apart.
  const { identifiers, listings: ads, links } = data;
  const known = (id) => byNetwork.get(id)?.at ?? -1;
  const identifierGroup = Int32Array.from(identifiers.network, known);
  const listingGroup = Int32Array.from(ads.network, known);

  function most(votes) {
    const counts = new Map();
    votes.filter((g) => g >= 0).forEach((g) => counts.set(g, (counts.get(g) ?? 0) + 1));
    return [...counts].reduce((best, one) => (one[1] > best[1] || (one[1] === best[1] && one[0] < best[0]) ? one : best), [-1, 0])[0];
  }

  function join(mine, linksOf, theirs, other) {
    const found = mine.map((g, at) => (g >= 0 ? g : most([...linksOf(at)].filter((k) => links.kind[k] === "contact").map((k) => theirs[other[k]]))));
    mine.set(found);
  }
  join(identifierGroup, data.linksOf.identifier, listingGroup, data.linkA);
  join(listingGroup, data.linksOf.listing, identifierGroup, data.linkB);

  for (const [kind, homes] of [["identifiers", identifierGroup], ["listings", listingGroup]]) {
    homes.forEach((g, at) => {
      const group = g >= 0 ? list[g] : (none ??= add("none", "none", -1));
      homes[at] = group.at;
      group[kind].push(at);
    });
  }

  // Node numbers: accounts, then groups, then "more of this group" nodes, then identifiers and listings.
  const GROUPS = accounts.height;
  const MORE = GROUPS + list.length;
  const IDENTIFIERS = MORE + list.length;
  const LISTINGS = IDENTIFIERS + data.identifiers.height;
  const SPAN = LISTINGS + data.listings.height;

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
    if (node < IDENTIFIERS) {
      return node < MORE ? { kind: "group", at: node - GROUPS } : { kind: "more", at: node - MORE };
    }
    return node < LISTINGS ? { kind: "identifier", at: node - IDENTIFIERS } : { kind: "listing", at: node - LISTINGS };
  }

  function shown(g) {
    return Math.min(unfolded.get(g) ?? 0, list[g].members.length);
  }

  // Accounts that paid or were paid in the days that are shown, as an array of marks.
  function busy() {
    const found = new Uint8Array(accounts.height);
    for (let e = 0; e < edges.height; e += 1) {
      if (filter.count(e) > 0) {
        found[data.edgeFrom[e]] = 1;
        found[data.edgeTo[e]] = 1;
      }
    }
    return found;
  }

  // The nodes, arrows and links of the present state. `idle`: accounts that other days would show.
  function view() {
    const nodes = [];
    const moving = filter.active() ? busy() : null;
    let idle = 0;
    for (const group of list) {
      if (!unfolded.has(group.at)) {
        nodes.push(GROUPS + group.at);
        continue;
      }
      const count = filter.on("accounts") ? shown(group.at) : 0;
      for (let i = 0; i < count; i += 1) {
        const a = group.members[i];
        if (moving === null || moving[a] === 1) {
          nodes.push(a);
        } else {
          idle += 1;
        }
      }
      if (filter.on("accounts") && count < group.members.length) {
        nodes.push(MORE + group.at);
      }
    }
    nodes.push(...linked.gather(nodes.length));
    const there = new Set(nodes);
    const seen = new Map();
    const arrows = [];
    let inside = 0;
    let hidden = 0;
    for (let e = 0; e < edges.height; e += 1) {
      const count = filter.count(e);
      if (data.edgeFrom[e] === data.edgeTo[e] || count === 0) {
        continue; // from an account to itself: counted in the facts, drawn nowhere
      }
      const u = nodeOf(data.edgeFrom[e]);
      const v = nodeOf(data.edgeTo[e]);
      if (u === v) {
        inside += count;
        continue;
      }
      if (!filter.on("money") || !there.has(u) || !there.has(v)) {
        hidden += count;
        continue;
      }
      const key = u * SPAN + v;
      let arrow = seen.get(key);
      if (arrow === undefined) {
        arrow = { u, v, transfers: 0, edges: [] };
        seen.set(key, arrow);
        arrows.push(arrow);
      }
      arrow.transfers += count;
      arrow.edges.push(e);
    }
    return { nodes, arrows, inside, hidden, idle, links: linked.lines(nodes) };
  }

  function sumsOf(edgeRows) {
    const sums = money.sums();
    for (const e of edgeRows) {
      if (filter.count(e) > 0) {
        sums.add(edges.currency[e], filter.amount(e), filter.count(e));
      }
    }
    return sums.rows();
  }

  // Totals of a group: the model's own where it has them, else (the rest made here, accounts in no group) from the edges.
  function totals(g) {
    const group = list[g];
    const found = { inside: [], in: [], out: [] };
    if (group.row >= 0 && group.networks === 1 && !filter.active()) {
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
    if (filter.active()) {
      const [mine, other] = direction === "in" ? [data.edgeTo, data.edgeFrom] : [data.edgeFrom, data.edgeTo];
      return sumsOf([...data.edgesOf(a)].filter((e) => mine[e] === a && other[e] !== a));
    }
    const rows = data.accountTotals;
    return [...data.totalsOf(a)].filter((at) => rows.direction[at] === direction)
      .map((at) => ({ currency: rows.currency[at], transfers: rows.transfers[at], amount: rows.amount[at] }));
  }

  function count(rows) {
    return rows.reduce((n, row) => n + row.transfers, 0);
  }

  // How many different listings lead to the accounts of a group.
  function listings(g) {
    const { row } = list[g];
    return row >= 0 ? networks.listings[row] ?? 0 : 0;
  }

  function name(g) {
    const group = list[g];
    if (group.kind === "none") {
      return format.t(group.members.length > 0 ? "group_none" : "group_none_linked");
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
    if (kind === "identifier") {
      return linked.identifierName(at);
    }
    if (kind === "listing") {
      return linked.listingName(at);
    }
    return kind === "group" ? name(at) : format.t("more_accounts", { n: list[at].members.length - shown(at) });
  }

  return Object.freeze({
    CAP, GROUPS, IDENTIFIERS, LISTINGS, MORE, SPAN, STEP, accountKind, accountName, count, describe, groupOf, identifierGroup,
    list, listingGroup, listings, name, nodeName, nodeOf, paid, shown, sumsOf, totals, view,
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
