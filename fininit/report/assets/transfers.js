// Transfers as a list, and under each the rows of evidence: exhibit, file, sheet, row, raw text, hash.
const transfers = (() => {
  const RAW = 1200;
  const { el, button, inline, block, money: amountOf, t, term, whole } = format;
  const rows = data.transfers;

  function accountLink(a) {
    return a < 0
      ? t("not_stated")
      : button("link", () => { state.reveal(a); state.choose({ kind: "account", at: a }); }, inline(groups.accountName(a), 48));
  }

  function fact(label, ...content) {
    return el("div", "", el("dt", "", label), el("dd", "", ...content));
  }

  function rawText(e) {
    const raw = data.evidence.raw[e];
    if (raw === null) {
      const exhibit = inline(data.evidence.exhibit[e]);
      return el("p", "quiet", format.rich("raw_omitted", {
        cap: whole(data.kept.raw.cap), exhibit, row: String(data.evidence.row[e]),
      }));
    }
    if (raw === "") {
      return el("p", "quiet", t("raw_empty"));
    }
    return el("div", "raw", block(raw, RAW));
  }

  function proof(e) {
    const { exhibit, sheet, row, seen_by: seenBy } = data.evidence;
    const where = el("p", "where", el("strong", "", format.rich("exhibit_n", { n: inline(exhibit[e]) })));
    const hashes = [];
    for (const s of data.sourcesOf(exhibit[e])) {
      where.append(" ", el("span", "file", block(data.sources.name[s], 120)));
      hashes.push(data.sources.sha256[s]);
    }
    if (sheet[e]) {
      where.append(", ", format.rich("sheet_n", { n: inline(sheet[e]) }));
    }
    where.append(", ", el("strong", "", t("row_n", { n: String(row[e]) })));
    return el("li", "proof",
      where,
      el("p", "quiet", t("raw")),
      rawText(e),
      el("dl", "pairs",
        fact(t("seen_by"), term("seen_by", seenBy[e])),
        ...hashes.map((hash) => fact(t("sha256"), el("span", "hash", inline(hash, 80))))));
  }

  function proofs(at) {
    const found = [...data.evidenceOf(at)];
    const box = el("div", "proofs");
    if (rows.note[at]) {
      box.append(el("p", "quiet", t("note")), el("p", "note", block(rows.note[at], 400)));
    }
    const extras = [];
    if (rows.channel[at]) {
      extras.push(fact(t("channel"), term("channel", rows.channel[at])));
    }
    if (rows.how[at]) {
      extras.push(fact(t("shown_by"), term("how", rows.how[at])));
    }
    box.append(el("dl", "pairs", ...extras));
    if (found.length === 0) {
      box.append(el("p", "quiet", t("evidence_none")));
      return box;
    }
    const list = el("ol", "evidence");
    let shown = 0;
    const more = button("small", () => next(), "");
    function next() {
      const part = found.slice(shown, shown + 20);
      list.append(...part.map(proof));
      shown += part.length;
      more.textContent = t("show_more", { n: Math.min(20, found.length - shown) });
      more.hidden = shown === found.length;
    }
    next();
    box.append(list, more);
    return box;
  }

  function sides(at, account) {
    const from = data.transferFrom[at];
    const to = data.transferTo[at];
    if (account === undefined) {
      return [el("span", "side", t("paid_by_word"), " ", accountLink(from)), el("span", "side", t("paid_to_word"), " ", accountLink(to))];
    }
    if (from === to) {
      return [el("span", "side", t("self_pay"))];
    }
    return from === account
      ? [el("span", "side out", t("paid_to_word"), " ", accountLink(to))]
      : [el("span", "side in", t("paid_by_word"), " ", accountLink(from))];
  }

  // account: the one account all these belong to (its name is not repeated); pair: both ends are known from the title.
  function list(found, { account, pair = false, caption } = {}) {
    return lists.table({
      caption: caption ?? t("transfers"),
      cls: "transfers",
      openLabel: t("open_rows"),
      rows: found,
      detail: proofs,
      columns: [
        { head: t("date"), cls: "date", cell: (at) => rows.booking_date[at] ?? t("not_stated"), sort: { key: (at) => `${rows.booking_date[at] ?? ""}` } },
        {
          head: pair ? t("note") : t("other_side"),
          cls: "what",
          cell: (at) => el("div", "", ...(pair ? [] : sides(at, account)), rows.note[at] ? el("span", "note", inline(rows.note[at], 70)) : null),
        },
        {
          head: t("amount"),
          cls: "num",
          cell: (at) => amountOf(rows.amount[at], rows.currency[at]),
          sort: lists.byMoney((at) => rows.amount[at], (at) => rows.currency[at]),
        },
      ],
    });
  }

  // How many of the transfers that the sums count are in this page, when not all of them are.
  function kept(carried, all) {
    return carried === all ? null : el("p", "notice", t("list_kept", { kept: carried, all: all }));
  }

  return Object.freeze({ accountLink, fact, kept, list, proofs });
})();
