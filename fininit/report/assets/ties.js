// What the panel says of identifiers, listings, parties and the links between them, each link down to its rows.
const ties = (() => {
  const { el, button, inline, block, period, t, term, whole } = format;
  const { identifiers, listings, captures, parties, links, linkRows } = data;

  const KIND = { account: "kind_other", identifier: "kind_identifier", listing: "kind_listing", party: "kind_party" };

  function open(choice) {
    return button("link", () => {
      if (choice.kind === "account") {
        state.reveal(choice.at);
      } else if (choice.kind !== "party") {
        state.revealLinked(choice);
      }
      state.choose(choice);
    }, inline(name(choice), 48));
  }

  function name({ kind, at }) {
    const names = {
      account: () => groups.accountName(at), identifier: () => linked.identifierName(at), listing: () => linked.listingName(at),
      party: () => parties.label[at] || parties.name[at] || parties.party[at] || parties.id[at],
    };
    return names[kind]();
  }

  function kindOf({ kind, at }) {
    if (kind === "account") {
      return t(`kind_${groups.accountKind(at)}`);
    }
    return kind === "identifier" ? term("identifier", identifiers.kind[at]) : t(KIND[kind]);
  }

  const ends = (k) => [{ kind: links.a_kind[k], at: data.linkA[k] }, { kind: links.b_kind[k], at: data.linkB[k] }];

  function other(k, { kind, at }) {
    const [a, b] = ends(k);
    return a.kind === kind && a.at === at ? b : a;
  }

  // Exhibit, file, sheet, row and where in the row: all that leads back to the file.
  function place(exhibit, sheet, row, foundIn) {
    const where = el("p", "where", el("strong", "", format.rich("exhibit_n", { n: inline(exhibit) })));
    const hashes = [];
    for (const s of data.sourcesOf(exhibit)) {
      where.append(" ", el("span", "file", block(data.sources.name[s], 120)));
      hashes.push(data.sources.sha256[s]);
    }
    if (sheet) {
      where.append(", ", format.rich("sheet_n", { n: inline(sheet) }));
    }
    where.append(", ", el("strong", "", t("row_n", { n: row === null ? t("not_stated") : String(row) })));
    return [where, el("dl", "pairs",
      foundIn ? transfers.fact(t("found_in"), term("found", foundIn)) : null,
      ...hashes.map((hash) => transfers.fact(t("sha256"), el("span", "hash", inline(hash, 80)))))];
  }

  // A chain has the rows of its two parts: the listing that prints the identifier, and what ties that to the account.
  function partsOf(k) {
    if (links.kind[k] !== "chain" || data.viaOf[k] < 0) {
      return [k];
    }
    const [a, b] = ends(k);
    return [...data.linksOf.identifier(data.viaOf[k])].filter((part) => {
      const end = other(part, { kind: "identifier", at: data.viaOf[k] });
      return (end.kind === a.kind && end.at === a.at) || (end.kind === b.kind && end.at === b.at);
    });
  }

  function rowsOf(k) {
    const box = el("div", "proofs");
    for (const part of partsOf(k)) {
      const [a, b] = ends(part);
      if (part !== k) {
        box.append(el("p", "part", inline(name(a), 40), " \u2013 ", inline(name(b), 40), ": ", inline(links.reason[part], 300)));
      }
      box.append(few([...data.linkRowsOf(part)], (r) => el("li", "proof", ...place(linkRows.exhibit[r], linkRows.sheet[r], linkRows.row[r], linkRows.found_in[r])), links.rows[part]));
    }
    return box;
  }

  // A part first, the rest on demand.
  function few(rows, make, all = rows.length) {
    const box = el("div", "");
    const list = el("ol", "evidence");
    let shown = 0;
    const more = button("small", () => next(), "");
    function next() {
      const part = rows.slice(shown, shown + 20);
      list.append(...part.map(make));
      shown += part.length;
      more.textContent = t("show_more", { n: Math.min(20, rows.length - shown) });
      more.hidden = shown === rows.length;
    }
    next();
    box.append(list, more);
    if (rows.length === 0) {
      box.append(el("p", "quiet", t("link_rows_none", { n: all })));
    }
    return box;
  }

  const shown = (rows) => [...rows].filter(linked.shownLink);

  function dates(k) {
    const { first, last } = links;
    if (first[k] === null && last[k] === null) {
      return null;
    }
    if (first[k] !== null && last[k] !== null) {
      return period(first[k], last[k]);
    }
    return first[k] === null ? t("until", { day: last[k] }) : t("since", { day: first[k] });
  }

  function why(k) {
    const facts = [
      t(linked.stated(k) ? "link_stated" : "link_text"), t("strength_n", { n: links.strength[k] }),
      links.capacity[k] ? term("capacity", links.capacity[k]) : null, dates(k), links.recovered[k] === "yes" ? t("recovered") : null,
    ].filter((fact) => fact !== null && fact !== "");
    const line = el("span", "note");
    facts.forEach((fact, i) => line.append(i > 0 ? " \u00b7 " : "", el("span", "whole", fact)));
    return el("div", "", inline(links.reason[k], 300), line);
  }

  // Links of one thing (or, without `of`, both ends), each with reason, strength, dates; its rows open below.
  function table(found, { of, caption, via = false, page = 25 }) {
    const end = (k) => {
      const choice = of === undefined ? null : other(k, of);
      return choice === null
        ? el("div", "", ...ends(k).flatMap((one, i) => [i > 0 ? " \u2013 " : "", open(one)]))
        : el("div", "", open(choice), el("span", "note", kindOf(choice)),
          via && data.viaOf[k] >= 0 ? el("span", "note", t("via"), " ", open({ kind: "identifier", at: data.viaOf[k] })) : null);
    };
    return lists.table({
      caption,
      cls: "transfers ties",
      openLabel: t("open_link_rows"),
      rows: found,
      page,
      detail: rowsOf,
      columns: [
        { head: t("rows"), cls: "date", cell: (k) => whole(partsOf(k).reduce((n, part) => n + (links.rows[part] ?? 0), 0)), sort: { down: true, key: (k) => links.rows[k] ?? 0 } },
        { head: caption, cls: "what", cell: end },
        { head: t("why"), cls: "what", cell: why, sort: { down: true, key: (k) => links.strength[k] } },
      ],
    });
  }

  function section(title, ...content) {
    return el("section", "", el("h3", "", title), ...content);
  }

  function part(title, found, options) {
    return found.length === 0 ? null : section(t(title, { n: found.length }), table(found, { caption: t(`${title}_of`), ...options }));
  }

  function links_of(of, keep) {
    return shown(data.linksOf[of.kind](of.at)).filter((k) => keep(links.kind[k], other(k, of)));
  }

  // --- an identifier

  function specificity(i) {
    const value = Number(identifiers.specificity[i] || "1");
    const words = value >= 0.75 ? "specific_high" : value >= 0.35 ? "specific_some" : "specific_low";
    return el("span", "", t(words), el("span", "quiet", ` (${identifiers.specificity[i]})`));
  }

  function identifier(i) {
    const of = { kind: "identifier", at: i };
    const open_ = linked.isOpen(i);
    const prints = links_of(of, (kind) => kind === "contact");
    return [
      el("header", "head", el("p", "kicker", term("identifier", identifiers.kind[i])), el("h2", "", block(linked.identifierName(i), 200)),
        el("p", "mono", block(identifiers.identifier[i], 200)),
        el("dl", "pairs",
          transfers.fact(t("leads_to"), t("leads_count", { listings: t("n_listings", { n: identifiers.listings[i] ?? 0 }), accounts: t("n_accounts", { n: identifiers.accounts[i] ?? 0 }) })),
          transfers.fact(t("specificity"), specificity(i)),
          transfers.fact(t("period"), period(identifiers.first[i], identifiers.last[i])),
          transfers.fact(t("group"), groupLink(groups.identifierGroup[i]))),
        (identifiers.listings[i] ?? 0) > 0
          ? el("div", "acts", button(open_ ? "" : "main", () => state.openListings(i, !open_), t(open_ ? "hide_listings" : "show_listings")))
          : null),
      part("ties_accounts", links_of(of, (kind, end) => end.kind === "account"), { of }),
      part("ties_parties", links_of(of, (kind, end) => end.kind === "party"), { of }),
      part("ties_listings", prints, { of }),
      part("ties_identifiers", links_of(of, (kind, end) => end.kind === "identifier"), { of }),
    ].filter((piece) => piece !== null);
  }

  function groupLink(g) {
    return button("link", () => state.choose({ kind: "group", at: g }), inline(groups.name(g), 60));
  }

  // --- a listing

  function capture(c) {
    const stated = (key, text) => (text ? transfers.fact(t(key), block(text, 600)) : null);
    const [where, pairs] = place(captures.exhibit[c], "", captures.row[c], "");
    return el("li", "proof",
      captures.title[c] ? el("p", "headline", block(captures.title[c], 200)) : null,
      captures.text[c] === null
        ? el("p", "quiet", t("text_omitted"))
        : captures.text[c] ? el("div", "raw said", block(captures.text[c], 700)) : el("p", "quiet", t("text_none")),
      el("dl", "pairs",
        stated("site", captures.site[c]),
        transfers.fact(t("posted"), captures.posted[c] ?? t("not_stated")),
        transfers.fact(t("captured"), captures.captured[c] ? t("utc", { when: captures.captured[c] }) : t("not_stated")),
        stated("captured_by", captures.captured_by[c]), stated("captured_with", captures.captured_with[c]),
        stated("place", captures.place[c]), stated("price", captures.price[c]),
        captures.url[c] ? transfers.fact(t("url"), el("span", "mono", block(captures.url[c], 200))) : null),
      where, pairs);
  }

  function listing(l) {
    const of = { kind: "listing", at: l };
    const found = [...data.capturesOf(l)].filter((c) => filter.within(captures.posted[c] ?? (captures.captured[c].slice(0, 10) || null)));
    return [
      el("header", "head", el("p", "kicker", t("kind_listing")), el("h2", "", block(linked.listingName(l), 200)),
        el("p", "mono", block(listings.listing[l], 200)),
        el("dl", "pairs",
          transfers.fact(t("seen"), t("n_captures", { n: listings.captures[l] ?? 0 })),
          transfers.fact(t("period"), period(listings.first[l], listings.last[l])),
          transfers.fact(t("group"), groupLink(groups.listingGroup[l])))),
      part("ties_contacts", links_of(of, (kind) => kind === "contact"), { of }),
      part("ties_leads", links_of(of, (kind) => kind === "chain"), { of, via: true }),
      section(t("captures", { n: found.length }), few(found, capture)),
    ].filter((piece) => piece !== null);
  }

  // --- a party

  function party(p) {
    const of = { kind: "party", at: p };
    return [
      el("header", "head", el("p", "kicker", t("kind_party")), el("h2", "", block(name(of), 200)),
        el("p", "mono", block(parties.party[p], 200)),
        el("dl", "pairs",
          parties.name[p] && parties.name[p] !== name(of) ? transfers.fact(t("name"), block(parties.name[p], 200)) : null,
          transfers.fact(t("kind"), term("party", parties.kind[p])),
          transfers.fact(t("role"), term("role", parties.role[p])))),
      part("ties_capacities", links_of(of, (kind) => kind === "capacity"), { of }),
      part("ties_identifiers", links_of(of, (kind, end) => end.kind === "identifier"), { of }),
    ].filter((piece) => piece !== null);
  }

  // --- what an account has besides its money

  function account(a) {
    const of = { kind: "account", at: a };
    const chains = links_of(of, (kind) => kind === "chain");
    return [
      part("ties_capacities_account", links_of(of, (kind) => kind === "capacity"), { of }),
      part("ties_identifiers", links_of(of, (kind, end) => end.kind === "identifier"), { of }),
      part("ties_instruments", links_of(of, (kind, end) => end.kind === "account"), { of }),
      part("ties_listings_account", chains, { of, via: true, page: 6 }),
    ];
  }

  // --- what a group has

  function group(g) {
    const { identifiers: mine, listings: printed } = groups.list[g];
    const count = (key, values) => ({ head: t(key), cls: "num", cell: (i) => whole(values[i] ?? 0), sort: { down: true, key: (i) => values[i] ?? 0 } });
    const dated = (rows) => ({ head: t("period"), cell: (i) => period(rows.first[i], rows.last[i]), sort: { key: (i) => rows.first[i] ?? "" } });
    return [
      mine.length === 0 ? null : section(t("group_identifiers", { n: mine.length }), lists.table({
        caption: t("group_identifiers", { n: mine.length }),
        rows: mine.filter((i) => filter.overlaps(identifiers.first[i], identifiers.last[i])),
        page: 25,
        columns: [
          { head: t("identifier"), cls: "what", cell: (i) => el("div", "", open({ kind: "identifier", at: i }), el("span", "note", term("identifier", identifiers.kind[i]))) },
          count("listings", identifiers.listings), count("accounts", identifiers.accounts),
        ],
      })),
      printed.length === 0 ? null : section(t("group_listings", { n: printed.length }), lists.table({
        caption: t("group_listings", { n: printed.length }),
        rows: printed.filter(linked.dated),
        page: 25,
        columns: [
          { head: t("listing"), cls: "what", cell: (l) => open({ kind: "listing", at: l }) },
          dated(listings), count("captures_n", listings.captures),
        ],
      })),
    ];
  }

  // --- the links of one line in the picture

  function between({ from, to }) {
    const belongs = ({ kind, at }) => (end) => {
      if (kind === "group" || kind === "more") {
        const home = { account: groups.groupOf, identifier: groups.identifierGroup, listing: groups.listingGroup };
        return Object.hasOwn(home, end.kind) && end.at >= 0 && home[end.kind][end.at] === at;
      }
      return end.kind === kind && end.at === at;
    };
    const [isFrom, isTo] = [belongs(from), belongs(to)];
    const found = [];
    for (let k = 0; k < links.height; k += 1) {
      const [a, b] = ends(k);
      if (links.kind[k] !== "chain" && linked.shownLink(k) && ((isFrom(a) && isTo(b)) || (isFrom(b) && isTo(a)))) {
        found.push(k);
      }
    }
    const end = (choice) => (choice.kind === "group" || choice.kind === "more" ? groupLink(choice.at) : open(choice));
    return [
      el("header", "head", el("p", "kicker", t("ties")), el("h2", "", el("span", "ends",
        el("span", "end plain", end(from)), el("span", "end plain", end(to))))),
      section(t("n_links", { n: found.length }), table(found, { caption: t("ties") })),
    ];
  }

  return Object.freeze({ account, between, group, identifier, listing, name, open, party });
})();
