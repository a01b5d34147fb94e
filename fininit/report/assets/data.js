// The data block, decoded once: tables by column, and the indexes that answer "which transfers has this account".
// Ids of the case are looked up in Maps; everything else in these scripts works on row numbers.
const data = (() => {
  globalThis.addEventListener("error", (event) => {
    const box = document.getElementById("failed");
    if (document.getElementById("app").hidden && box.hidden) {
      box.append(" ", String(event.message));
      box.hidden = false;
    }
  });

  const payload = JSON.parse(document.getElementById("fininit-data").textContent);
  const strings = payload.strings;

  function decode(column) {
    return column.c === undefined ? column.v : column.c.map((code) => (code < 0 ? null : strings[code]));
  }

  function table(name) {
    const found = { height: payload.tables[name].rows };
    for (const [column, values] of Object.entries(payload.tables[name].columns)) {
      found[column] = decode(values);
    }
    return Object.freeze(found);
  }

  function index(values) {
    const found = new Map();
    values.forEach((value, at) => {
      if (!found.has(value)) {
        found.set(value, at);
      }
    });
    return found;
  }

  function lookup(values, places) {
    const found = new Int32Array(values.length);
    for (let i = 0; i < values.length; i += 1) {
      const at = places.get(values[i]);
      found[i] = at === undefined ? -1 : at;
    }
    return found;
  }

  // Rows by key, as slices of one array (rows with key -1 belong to nobody).
  function slices(size, ...keys) {
    const start = new Int32Array(size + 1);
    const length = keys[0].length;
    const each = (visit) => {
      for (let i = 0; i < length; i += 1) {
        for (let k = 0; k < keys.length; k += 1) {
          const key = keys[k][i];
          if (key >= 0 && (k === 0 || key !== keys[0][i])) {
            visit(key, i);
          }
        }
      }
    };
    each((key) => { start[key + 1] += 1; });
    for (let i = 0; i < size; i += 1) {
      start[i + 1] += start[i];
    }
    const next = start.slice(0, size);
    const items = new Int32Array(start[size]);
    each((key, i) => {
      items[next[key]] = i;
      next[key] += 1;
    });
    return (key) => items.subarray(start[key], start[key + 1]);
  }

  function later(make) {
    let made;
    return (...args) => {
      made ??= make();
      return made(...args);
    };
  }

  const accounts = table("accounts");
  const edges = table("edges");
  const transfers = table("transfers");
  const evidence = table("evidence");
  const sources = table("sources");
  const accountAt = index(accounts.id);
  const transferAt = index(transfers.id);

  const edgeFrom = lookup(edges.debtor, accountAt);
  const edgeTo = lookup(edges.creditor, accountAt);
  const transferFrom = lookup(transfers.debtor, accountAt);
  const transferTo = lookup(transfers.creditor, accountAt);

  const rowsOf = (values, places, size) => later(() => slices(size, lookup(values, places)));

  const accountTotals = table("account_totals");
  const networks = table("networks");
  const networkAt = index(networks.id);
  const networkTotals = table("network_totals");
  const reasons = table("reasons");

  const identifiers = table("identifiers");
  const listings = table("listings");
  const captures = table("captures");
  const parties = table("parties");
  const links = table("links");
  const linkRows = table("link_rows");
  const identifierAt = index(identifiers.id);
  const listingAt = index(listings.id);
  const partyAt = index(parties.id);

  // The two ends of every link as row numbers of the table of their kind.
  const things = {
    account: [accounts, accountAt], identifier: [identifiers, identifierAt], listing: [listings, listingAt], party: [parties, partyAt],
  };
  const placesOf = (kind) => (Object.hasOwn(things, kind) ? things[kind][1] : new Map());
  const ends = (kinds, ids) => Int32Array.from(ids, (id, k) => placesOf(kinds[k]).get(id) ?? -1);
  const linkA = ends(links.a_kind, links.a);
  const linkB = ends(links.b_kind, links.b);
  const only = (kind, kinds, at) => Int32Array.from(at, (row, k) => (kinds[k] === kind ? row : -1));
  const linksOf = Object.fromEntries(Object.entries(things).map(([kind, [rows]]) => [
    kind, later(() => slices(rows.height, only(kind, links.a_kind, linkA), only(kind, links.b_kind, linkB))),
  ]));

  const traces = table("traces");
  const traceAt = index(traces.id);
  const ofTrace = (name) => {
    const rows = table(name);
    return [rows, rowsOf(rows.trace, traceAt, traces.height)];
  };
  const [starts, startsOf] = ofTrace("trace_starts");
  const [steps, stepsOf] = ofTrace("trace_steps");
  const [breaks, breaksOf] = ofTrace("trace_breaks");
  const [coverage, coverageOf] = ofTrace("trace_coverage");
  const [schedule, scheduleOf] = ofTrace("trace_schedule");

  return Object.freeze({
    identifiers, listings, captures, parties, links, linkRows, identifierAt, listingAt, partyAt, linkA, linkB, linksOf,
    viaOf: lookup(links.via, identifierAt),
    capturesOf: rowsOf(captures.listing, listingAt, listings.height),
    linkRowsOf: rowsOf(linkRows.link, index(links.id), links.height),
    traces, traceAt, starts, startsOf, steps, stepsOf, breaks, breaksOf, coverage, coverageOf, schedule, scheduleOf,
    facts: payload.facts,
    summary: payload.summary,
    kept: payload.kept,
    options: payload.options,
    drawing: payload.drawing,
    words: new Map(Object.entries(payload.words)),
    totals: table("totals"),
    statements: table("statements"),
    issues: table("issues"),
    proposals: table("proposals"),
    accounts, edges, transfers, evidence, sources, accountTotals, networks, networkTotals, reasons,
    accountAt, networkAt, transferAt, edgeFrom, edgeTo, transferFrom, transferTo,
    edgesOf: later(() => slices(accounts.height, edgeFrom, edgeTo)),
    transfersOf: later(() => slices(accounts.height, transferFrom, transferTo)),
    evidenceOf: rowsOf(evidence.transfer, transferAt, transfers.height),
    totalsOf: rowsOf(accountTotals.account, accountAt, accounts.height),
    networkTotalsOf: rowsOf(networkTotals.network, networkAt, networks.height),
    reasonsOf: rowsOf(reasons.network, networkAt, networks.height),
    sourcesOf: later(() => {
      const found = new Map();
      sources.exhibit.forEach((exhibit, at) => {
        found.set(exhibit, [...(found.get(exhibit) ?? []), at]);
      });
      return (exhibit) => found.get(exhibit) ?? [];
    }),
  });
})();
