// The parts of the page around the picture: head, facts, exhibits, what was not read, method and limits.
const views = (() => {
  const { el, button, inline, block, money: amountOf, period, t, term, whole } = format;
  const { facts, summary } = data;
  const place = (id) => document.getElementById(id);

  function head() {
    document.title = `${format.plain(facts.title, 120)} \u2013 ${t("document")}`;
    place("title").replaceChildren(inline(facts.title, 160));
    const badges = place("badges");
    if (facts.redacted) {
      badges.append(el("p", "badge closed", t("redacted", { n: facts.withheld })));
    } else {
      badges.append(el("p", "badge opened",
        el("strong", "", t("identified_label")), " ", inline(facts.identified, 80), el("br", ""),
        t("identified_reason"), " ", facts.reason ? inline(facts.reason, 120) : t("identified_none")));
    }
    if (facts.contact) {
      badges.append(el("p", "contact", t("contact"), " ", inline(facts.contact, 120)));
    }
    place("footer").append(
      el("span", "", inline(facts.version)), el("span", "", t("fingerprint"), " ", el("span", "mono", inline(facts.fingerprint, 80))));
  }

  function fact(label, figure, ...lines) {
    return el("div", "fact", el("p", "label", label), el("p", "figure", figure), ...lines);
  }

  function totals(most) {
    const rows = [];
    for (let i = 0; i < data.totals.height; i += 1) {
      rows.push({ currency: data.totals.currency[i], transfers: data.totals.transfers[i], amount: data.totals.amount[i] });
    }
    const box = el("div", "fact totals", el("p", "label", t("facts_totals")));
    const columns = Math.ceil(Math.min(rows.length, most) / 3) > 1 ? "two" : "one";
    box.append(el("ul", `grid ${columns}`, ...rows.slice(0, most).map((row) => el("li", "",
      amountOf(row.amount, row.currency), el("span", "quiet", `(${whole(row.transfers)})`)))));
    if (rows.length === 0) {
      box.append(el("p", "", t("none")));
    }
    if (rows.length > most) {
      box.append(button("link", () => show("exhibits"), t("totals_more", { n: rows.length - most })));
    }
    return box;
  }

  function totalsTable() {
    const rows = Array.from({ length: data.totals.height }, (_, i) => i);
    return lists.table({
      caption: t("totals_all"),
      rows,
      quiet: true,
      columns: [
        { head: t("currency"), cell: (i) => inline(data.totals.currency[i], 20) },
        { head: t("transfers"), cls: "num", cell: (i) => whole(data.totals.transfers[i]) },
        { head: t("sum"), cls: "num", cell: (i) => amountOf(data.totals.amount[i], data.totals.currency[i]) },
      ],
    });
  }

  function rowsLine() {
    const { rows_total: all, rows_entries: entries, rows_skipped: skipped, rows_refused: refused } = summary;
    const difference = all - entries - skipped - refused;
    return [
      el("p", "equation", t("rows_equation", { entries: entries, skipped: skipped, refused: refused })),
      difference === 0
        ? el("p", "good", `\u2713 ${t("rows_ok")}`)
        : el("p", "bad", `\u2717 ${t("rows_bad", { difference: difference })}`),
    ];
  }

  function front() {
    place("facts").replaceChildren(
      fact(t("facts_exhibits"), t("n_exhibits", { n: summary.exhibits }), el("p", "", t("facts_hashed"))),
      fact(t("facts_lines"), t("n_rows", { n: summary.rows_total }), ...rowsLine()),
      fact(t("facts_transfers"), t("n_transfers", { n: summary.transfers }),
        el("p", "", summary.first ? period(summary.first, summary.last) : t("facts_none"))),
      totals(6),
      fact(t("facts_groups"), t("n_groups", { n: summary.networks }),
        el("p", "", t("accounts_grouped", { n: summary.grouped, all: summary.accounts }))));
  }

  function article(title, lead, ...content) {
    return el("article", "", el("h2", "", title), lead ? el("p", "lead", lead) : null, ...content);
  }

  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const text = (key, values, limit = 60, cls = "") => ({ head: t(key), cls, cell: (i) => block(values[i], limit), sort: { key: (i) => values[i] } });
  const number = (key, values) => ({ head: t(key), cls: "num", cell: (i) => whole(values[i]), sort: { down: true, key: (i) => values[i] ?? -1 } });
  const rowNumber = (values) => ({ ...number("row", values), cell: (i) => String(values[i] ?? "") });
  const word = (key, family, values) => ({ head: t(key), cell: (i) => term(family, values[i]), sort: { key: (i) => values[i] } });

  // Columns that hold nothing in any row are left out, so that a plain case gives a plain table.
  function filled(columns) {
    return columns.filter(([values]) => values.some((value) => value !== null && value !== "")).map(([, column]) => column);
  }

  function exhibits() {
    const s = data.sources;
    const st = data.statements;
    const named = (values) => (i) => amountOf(values[i], st.currency[i]);
    const sum = (key, values) => ({ head: t(key), cls: "num", cell: (i) => (values[i] === "" ? t("not_stated") : named(values)(i)) });
    place("view-exhibits").replaceChildren(
      article(t("exhibits"), t("exhibits_lead"), lists.table({
        caption: t("exhibits"),
        cls: "wide",
        rows: range(s.height),
        columns: [
          text("exhibit", s.exhibit, 20),
          text("file", s.name, 80),
          ...filled([[s.format, text("format", s.format, 30)], [s.how, word("how_read", "read", s.how)]]),
          word("status", "status", s.status),
          number("rows_total", s.rows_total), number("rows_entries", s.rows_entries), number("rows_skipped", s.rows_skipped), number("rows_refused", s.rows_refused),
          number("bytes", s.bytes),
          text("sha256", s.sha256, 80, "hash"),
        ],
      })),
      custody(s),
      article(t("statements"), st.height > 0 ? t("statements_lead") : t("statements_none"), st.height === 0 ? null : lists.table({
        caption: t("statements"),
        cls: "wide",
        rows: range(st.height),
        columns: [
          text("exhibit", st.exhibit, 20), text("account", st.account, 60), text("currency", st.currency, 12),
          number("lines", st.entries), sum("opening", st.opening), sum("sum", st.sum), sum("closing", st.closing),
          { head: t("period"), cell: (i) => period(st.first[i], st.last[i]), sort: { key: (i) => st.first[i] ?? "" } },
          {
            head: t("reconciles"),
            cell: (i) => el("span", { ok: "good", broken: "bad" }[st.balance[i]] ?? "quiet",
              { ok: "\u2713 ", broken: "\u2717 " }[st.balance[i]] ?? "", term("balance", st.balance[i])),
            sort: { key: (i) => st.balance[i] },
          },
        ],
      })),
      article(t("totals_all"), t("limit_currency"), totalsTable()),
      keptNote());
  }

  function custody(s) {
    const columns = filled([
      [s.producer, text("producer", s.producer, 60)], [s.legal_authority, text("legal_authority", s.legal_authority, 60)],
      [s.legal_reference, text("legal_reference", s.legal_reference, 60)],
      [s.received_on, { head: t("received"), cell: (i) => s.received_on[i] ?? "" }],
      [s.received_by, text("received_by", s.received_by, 60)], [s.handling, word("handling", "handling", s.handling)],
    ]);
    return columns.length === 0 ? "" : article(t("custody"), "", lists.table({
      caption: t("custody"), cls: "wide", rows: range(s.height), columns: [text("exhibit", s.exhibit, 20), ...columns],
    }));
  }

  function keptNote() {
    const { raw, transfers: kept } = data.kept;
    const lines = [];
    if (kept.kept < kept.all) {
      lines.push(el("p", "notice", t("transfers_kept", { kept: kept.kept, all: kept.all })));
    }
    if (raw.kept < raw.all) {
      lines.push(el("p", "notice", t("raw_omitted_all", { kept: raw.kept, all: raw.all })));
    }
    return lines.length === 0 ? "" : article(t("carried"), "", ...lines);
  }

  function exceptions() {
    const rows = data.issues;
    const rank = { refused: 0, skipped: 1, warning: 2 };
    const order = range(rows.height).sort((a, b) => (rank[rows.kind[a]] ?? 3) - (rank[rows.kind[b]] ?? 3) || a - b);
    place("view-exceptions").replaceChildren(
      article(t("exceptions"), rows.height > 0 ? t("exceptions_lead") : t("exceptions_none"), el("p", "equation", t("n_rows", { n: summary.rows_total }), " ", rowsLine().map((line) => line.textContent).join("; ")),
        rows.height === 0 ? null : lists.table({
          caption: t("exceptions"),
          cls: "wide",
          rows: order,
          columns: [
            text("exhibit", rows.exhibit, 20), word("what_happened", "issue", rows.kind), number("count", rows.count),
            { head: t("why"), cls: "why", cell: (i) => el("div", "", block(rows.message[i], 300), el("span", "note mono", inline(rows.code[i], 40))) },
            ...filled([
              [rows.sheet, text("sheet", rows.sheet, 30)], [rows.row, rowNumber(rows.row)], [rows.column, text("column", rows.column, 40)],
              [rows.hint, { head: t("next_step"), cls: "why", cell: (i) => block(rows.hint[i], 300) }],
            ]),
          ],
        })),
      article(t("proposals"), data.proposals.height > 0 ? t("proposals_lead") : t("proposals_none"), data.proposals.height === 0 ? null : proposals()));
    badge("exceptions", order.filter((i) => rows.kind[i] === "refused").reduce((n, i) => n + (rows.count[i] ?? 0), 0));
  }

  function proposals() {
    const rows = data.proposals;
    const show = (id) => {
      const at = data.transferAt.get(id);
      if (at === undefined) {
        return inline(id, 20);
      }
      return el("div", "", button("link", () => { go("overview"); state.choose({ kind: "transfer", at }); },
        `${data.transfers.booking_date[at] ?? ""} `, amountOf(data.transfers.amount[at], data.transfers.currency[at])));
    };
    return lists.table({
      caption: t("proposals"),
      cls: "wide",
      rows: range(rows.height),
      columns: [
        word("kind", "proposal", rows.kind),
        { head: t("first_transfer"), cell: (i) => show(rows.transfer_a[i]) },
        { head: t("second_transfer"), cell: (i) => show(rows.transfer_b[i]) },
        { head: t("reason"), cell: (i) => block(rows.reason[i], 300) },
      ],
    });
  }

  function badge(view, n) {
    const box = document.querySelector(`nav [data-view="${view}"] .count`);
    box.textContent = whole(n);
    box.hidden = n === 0;
  }

  function points(...lines) {
    return el("ul", "points", ...lines.filter((line) => line !== null).map((line) => el("li", "", line)));
  }

  function some(key, n) {
    return n > 0 ? t(key, { n }) : null;
  }

  function method() {
    const pair = (label, ...content) => [el("dt", "", label), el("dd", "", ...content)];
    place("view-method").replaceChildren(
      article(t("limits"), "", points(...["leads", "holder", "other", "currency", "size"].map((key) => t(`limit_${key}`)),
        facts.redacted ? t("redacted_long") : null)),
      article(t("method"), "", points(
        summary.networks > 0
          ? format.rich("method_groups", {
            method: term("method", facts.method), resolution: inline(facts.resolution, 20), seed: String(facts.seed), modularity: inline(facts.modularity, 20),
          })
          : t("method_groups_none"),
        facts.routes_exact ? t("method_routes") : t("method_routes_sampled", { n: facts.routes_sources }))),
      article(t("method_counted"), "", points(
        t("counted_entries", { entries: facts.entries, booked: facts.booked }),
        some("counted_duplicates", facts.duplicates), some("counted_merged", facts.merged), some("counted_self", facts.self_transfers))),
      article(t("check"), t("check_lead"), el("dl", "check",
        ...pair(t("version"), inline(facts.version)),
        ...pair(t("command"), el("span", "mono", block(facts.command, 600))),
        ...pair(t("fingerprint"), el("span", "mono", inline(facts.fingerprint, 100))),
        ...pair(t("drawing"), el("span", "mono", `${data.drawing.name}, ${t("sha256")} ${data.drawing.sha256}`)))));
  }

  let current = "overview";

  function show(view) {
    for (const section of document.querySelectorAll("main > .view")) {
      section.hidden = section.dataset.view !== view;
    }
    for (const made of document.querySelectorAll("nav.views button")) {
      if (made.dataset.view === view) {
        made.setAttribute("aria-current", "page");
      } else {
        made.removeAttribute("aria-current");
      }
    }
    current = view;
    state.tell("view");
  }

  const go = show;

  function start() {
    head();
    front();
    exhibits();
    exceptions();
    method();
    if (data.traces.height > 0) {
      trace.start(place("view-trace"));
    }
    for (const made of document.querySelectorAll("nav.views button")) {
      made.addEventListener("click", () => show(made.dataset.view));
    }
    show("overview");
  }

  return Object.freeze({
    article, start, show,
    current: () => current,
    has: (view) => place(`view-${view}`) !== null && Object.hasOwn(place(`view-${view}`).dataset, "view"),
  });
})();
