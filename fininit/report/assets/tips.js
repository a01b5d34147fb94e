// What is said of a node, an arrow or a link while the pointer is on it: plain lines.
const tips = (() => {
  const { accounts } = data;

  function size(g) {
    const { members, identifiers } = groups.list[g];
    const found = members.length > 0 || identifiers.length === 0 ? [format.t("n_accounts", { n: members.length })] : [format.t("n_identifiers", { n: identifiers.length })];
    if (groups.listings(g) > 0) {
      found.push(format.t("n_listings", { n: groups.listings(g) }));
    }
    return format.list(found);
  }

  function sumLines(rows) {
    return rows.slice(0, 4).map((row) => `${format.amount(row.amount)} ${format.plain(row.currency, 8)}`);
  }

  function node(id) {
    const { kind, at } = groups.describe(id);
    if (kind === "account") {
      return [
        format.plain(groups.accountName(at), 80), format.plain(accounts.account[at], 80),
        format.t(`kind_${groups.accountKind(at)}`),
        `${format.t("paid_in")}: ${format.t("n_transfers", { n: groups.count(groups.paid(at, "in")) })}`,
        `${format.t("paid_out")}: ${format.t("n_transfers", { n: groups.count(groups.paid(at, "out")) })}`,
      ];
    }
    if (kind === "more") {
      return [groups.nodeName(id), format.plain(groups.name(at), 80)];
    }
    if (kind === "identifier") {
      const { identifiers } = data;
      return [
        format.plain(linked.identifierName(at), 80), format.word("identifier", identifiers.kind[at]),
        format.t("leads_count", { listings: format.t("n_listings", { n: identifiers.listings[at] ?? 0 }), accounts: format.t("n_accounts", { n: identifiers.accounts[at] ?? 0 }) }),
        format.plain(format.period(identifiers.first[at], identifiers.last[at]), 40),
      ];
    }
    if (kind === "listing") {
      const { listings } = data;
      return [
        format.t("kind_listing"), format.plain(linked.listingName(at), 80), format.t("n_captures", { n: listings.captures[at] ?? 0 }),
        format.plain(format.period(listings.first[at], listings.last[at]), 40),
      ];
    }
    const totals = groups.totals(at);
    return [
      format.plain(groups.name(at), 80), size(at),
      `${format.t("inside")}: ${format.t("n_transfers", { n: groups.count(totals.inside) })}`, ...sumLines(totals.inside),
    ];
  }

  function link({ u, v, stated, rows }) {
    const reasons = [...new Set(rows.map((k) => data.links.reason[k]))];
    return [
      `${format.plain(groups.nodeName(u), 60)} \u2013 ${format.plain(groups.nodeName(v), 60)}`,
      `${format.t("n_links", { n: rows.length })}: ${format.t(stated ? "link_stated" : "link_text")}`,
      ...reasons.slice(0, 3).map((reason) => format.plain(reason, 160)),
    ];
  }

  function arrow({ u, v, transfers, edges }) {
    return [
      `${format.t("paid_by")}: ${format.plain(groups.nodeName(u), 60)}`,
      `${format.t("paid_to")}: ${format.plain(groups.nodeName(v), 60)}`,
      format.t("n_transfers", { n: transfers }), ...sumLines(groups.sumsOf(edges)),
    ];
  }

  return Object.freeze({ arrow, link, node, size });
})();
