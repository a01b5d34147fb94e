// Phones and other identifiers, listings, and the links that tie them to accounts: which are drawn, and between what.
const linked = (() => {
  const CAP = 2000;
  const STEP = 400;
  const { identifiers, listings, links } = data;
  const RECORDS = new Set(["subscriber", "own", "instrument", "capacity"]);
  const opened = new Set();
  let limit = STEP;
  let drawn = { identifiers: [], listings: [], host: new Map(), left: 0, room: 0 };

  // Kinds that a record of a servicer states; all others were read in a text.
  const stated = (k) => RECORDS.has(links.kind[k]);

  function contacts(identifier) {
    return [...data.linksOf.identifier(identifier)].filter((k) => links.kind[k] === "contact").map((k) => data.linkA[k]);
  }

  function dated(listing) {
    if (!filter.active()) {
      return true;
    }
    return [...data.capturesOf(listing)].some((c) => filter.within(data.captures.posted[c] ?? (data.captures.captured[c].slice(0, 10) || null)));
  }

  const seenIdentifier = (i) => filter.overlaps(identifiers.first[i], identifiers.last[i]);

  // Identifiers of the expanded groups and the listings asked for, first things first, as far as there is room.
  function gather(used) {
    const wanted = { identifiers: [], listings: [] };
    const host = new Map();
    for (const g of groups.unfolded()) {
      if (filter.on("identifiers")) {
        wanted.identifiers.push(...groups.list[g].identifiers.filter(seenIdentifier));
      }
    }
    const seen = new Set();
    const want = (l, g) => {
      if (!seen.has(l) && dated(l)) {
        seen.add(l);
        host.set(l, g);
        wanted.listings.push(l);
      }
    };
    for (const i of opened) {
      if (filter.on("identifiers") && groups.isUnfolded(groups.identifierGroup[i])) {
        contacts(i).forEach((l) => want(l, groups.isUnfolded(groups.listingGroup[l]) ? groups.listingGroup[l] : groups.identifierGroup[i]));
      }
    }
    if (filter.on("listings")) {
      groups.unfolded().forEach((g) => groups.list[g].listings.forEach((l) => want(l, g)));
    }
    const room = Math.max(0, CAP - used);
    const most = Math.min(limit, room);
    const shownIdentifiers = wanted.identifiers.slice(0, most);
    const shownListings = wanted.listings.slice(0, most - shownIdentifiers.length);
    const left = wanted.identifiers.length + wanted.listings.length - shownIdentifiers.length - shownListings.length;
    drawn = { identifiers: shownIdentifiers, listings: shownListings, host, left, room: Math.min(left, STEP, room - most) };
    return [...shownIdentifiers.map((i) => groups.IDENTIFIERS + i), ...shownListings.map((l) => groups.LISTINGS + l)];
  }

  // The node that stands for one end of a link; -1 where nothing does.
  function nodeOf(kind, at, nodes) {
    if (at < 0 || kind === "party") {
      return -1;
    }
    const own = kind === "account" ? groups.nodeOf(at) : (kind === "identifier" ? groups.IDENTIFIERS : groups.LISTINGS) + at;
    if (nodes.has(own)) {
      return own;
    }
    const g = kind === "account" ? groups.groupOf[at] : (kind === "identifier" ? groups.identifierGroup : groups.listingGroup)[at];
    return nodes.has(groups.GROUPS + g) ? groups.GROUPS + g : -1;
  }

  // Links between what is drawn, one line for each pair of nodes and way of being shown.
  function lines(drawnNodes) {
    if (!filter.on("links")) {
      return [];
    }
    const nodes = new Set(drawnNodes);
    const found = new Map();
    for (let k = 0; k < links.height; k += 1) {
      if (links.kind[k] === "chain" || !shownLink(k)) {
        continue;
      }
      const a = nodeOf(links.a_kind[k], data.linkA[k], nodes);
      const b = nodeOf(links.b_kind[k], data.linkB[k], nodes);
      if (a < 0 || b < 0 || a === b) {
        continue;
      }
      const [u, v] = a < b ? [a, b] : [b, a];
      const key = (u * groups.SPAN + v) * 2 + Number(stated(k));
      if (!found.has(key)) {
        found.set(key, { u, v, stated: stated(k), rows: [] });
      }
      found.get(key).rows.push(k);
    }
    return [...found.values()];
  }

  function shownLink(k) {
    return links.kind[k] === "contact" ? links.a_kind[k] !== "listing" || dated(data.linkA[k]) : filter.overlaps(links.first[k], links.last[k]);
  }

  // What listings are drawn around an identifier, for the layout.
  function homeOf(listing, nodes) {
    for (const k of data.linksOf.listing(listing)) {
      if (links.kind[k] === "contact" && nodes.has(groups.IDENTIFIERS + data.linkB[k])) {
        return data.linkB[k];
      }
    }
    return -1;
  }

  function identifierName(i) {
    return identifiers.label[i] || identifiers.identifier[i] || identifiers.id[i];
  }

  function listingName(l) {
    return listings.label[l] || listings.listing[l] || listings.id[l];
  }

  const PHONES = new Set(["phone"]);

  return Object.freeze({
    CAP, contacts, dated, gather, homeOf, identifierName, lines, listingName, shownLink, stated,
    drawn: () => drawn,
    identifierKind: (i) => (PHONES.has(identifiers.kind[i]) ? "phone" : "identifier"),
    isOpen: (i) => opened.has(i),
    opened: () => [...opened].sort((a, b) => a - b),
    open(i, on = true) {
      if (on) {
        opened.add(i);
      } else {
        opened.delete(i);
      }
    },
    closeAll: () => opened.clear(),
    more() {
      limit += STEP;
    },
  });
})();
