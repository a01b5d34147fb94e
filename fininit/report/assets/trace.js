// The traces: in words, as a picture, and as tables down to the schedule of each account.
const trace = (() => {
  const { el, button, inline, block, money: amountOf, period, t, term, whole } = format;
  const { traces, starts, steps, breaks, coverage, schedule } = data;

  function go(choice) {
    views.show("overview");
    if (choice.kind === "account") {
      state.reveal(choice.at);
    }
    state.choose(choice);
    state.tell("focus");
  }

  function account(id) {
    const at = data.accountAt.get(id);
    return at === undefined ? inline(id, 40) : button("link", () => go({ kind: "account", at }), inline(groups.accountName(at), 48));
  }

  function transfer(id, ...content) {
    const at = data.transferAt.get(id);
    if (at === undefined) {
      return el("span", "", ...content);
    }
    const made = button("link", () => go({ kind: "transfer", at }), ...content);
    made.setAttribute("aria-description", t("open_transfer"));
    return made;
  }

  const day = (value) => value ?? t("not_stated");

  function start(s, currency) {
    const amount = amountOf(starts.amount[s], currency);
    if (starts.transfer[s]) {
      const at = data.transferAt.get(starts.transfer[s]);
      const box = el("li", "", format.rich("trace_from_transfer", { tag: inline(starts.tag[s], 20), amount }), ": ");
      if (at === undefined) {
        box.append(inline(starts.transfer[s], 20));
      } else {
        box.append(transfer(starts.transfer[s], day(data.transfers.booking_date[at])), ", ", t("paid_by_word"), " ", account(data.transfers.debtor[at]),
          " ", t("paid_to_word"), " ", account(data.transfers.creditor[at]));
      }
      return box;
    }
    return el("li", "", format.rich("trace_from_account", { tag: inline(starts.tag[s], 20), amount }), " ", account(starts.account[s]),
      starts.since[s] === null ? null : ` ${t("trace_from_since", { day: starts.since[s] })}`);
  }

  function inWords(at) {
    const currency = traces.currency[at];
    const sum = (text) => amountOf(text, currency);
    const limits = [
      traces.through[at] === "yes" ? t("trace_through") : null,
      traces.depth[at] === null ? null : t("trace_depth", { n: traces.depth[at] }),
      traces.until[at] === null ? null : t("trace_until", { day: traces.until[at] }),
    ].filter((limit) => limit !== null);
    const zero = !/[1-9]/.test(traces.difference[at]);
    return el("div", "trace-head",
      el("dl", "pairs",
        transfers.fact(t("trace_rule"), term("rule", traces.rule[at])),
        transfers.fact(t("trace_start"), el("ul", "", ...[...data.startsOf(at)].slice(0, 40).map((s) => start(s, currency)))),
        transfers.fact(t("trace_currency"), inline(currency, 12)),
        transfers.fact(t("trace_order"), term("order", traces.order[at])),
        transfers.fact(t("trace_limits"), limits.length > 0 ? format.list(limits) : t("trace_no_limits"))),
      el("div", "", el("p", "equation", format.rich("trace_equation", {
        amount: sum(traces.traced_in[at]), ended: sum(traces.ended[at]), held: sum(traces.remaining[at]),
      })),
      el("p", zero ? "good" : "bad", zero ? "\u2713 " : "\u2717 ",
        format.rich(zero ? "trace_zero" : "trace_not_zero", { difference: sum(traces.difference[at]) })),
      el("p", "notice", t("trace_other"))));
  }

  function picture(at) {
    const { element, small } = flowchart.draw(at);
    return [
      el("h3", "", t("trace_picture")), el("p", "lead", t("trace_picture_lead")),
      el("div", "flow-box", element),
      el("p", "quiet", t("trace_thickness"), small > 0 ? ` ${t("trace_merged", { n: small })}` : ""),
    ];
  }

  const number = (head, values) => ({ head, cls: "num", cell: (i) => whole(values[i]), sort: { down: true, key: (i) => values[i] ?? -1 } });
  const dated = (values) => ({ head: t("date"), cls: "date", cell: (i) => day(values[i]), sort: { key: (i) => values[i] ?? "" } });

  function sum(head, values, currency) {
    return { head, cls: "num", cell: (i) => (values[i] === "" ? t("not_stated") : amountOf(values[i], currency)), sort: { ...lists.byMoney((i) => values[i] || "0", () => currency) } };
  }

  function stepTable(at) {
    const currency = traces.currency[at];
    const rows = [...data.stepsOf(at)];
    const place = new Map(rows.map((s, i) => [s, i + 1]));
    return [el("h3", "", t("trace_steps", { n: rows.length })), el("p", "lead", t("trace_steps_lead")), lists.table({
      caption: t("trace_steps", { n: rows.length }),
      cls: "wide",
      rows,
      columns: [
        { head: t("step"), cls: "date", cell: (s) => transfer(steps.transfer[s], whole(place.get(s))), sort: { key: (s) => place.get(s) } },
        dated(steps.booking_date),
        { head: t("paid_by"), cell: (s) => account(steps.debtor[s]) },
        { head: t("paid_to"), cell: (s) => account(steps.creditor[s]) },
        sum(t("amount"), steps.amount, currency), sum(t("traced"), steps.traced, currency), sum(t("ended"), steps.ended, currency),
      ],
    })];
  }

  function sumsByKind(at) {
    const by = new Map();
    for (const b of data.breaksOf(at)) {
      if (!by.has(breaks.kind[b])) {
        by.set(breaks.kind[b], money.sums());
      }
      by.get(breaks.kind[b]).add(traces.currency[at], breaks.amount[b], 1);
    }
    return [...by].map(([kind, sums]) => ({ kind, ...sums.rows()[0] }));
  }

  function endTable(at) {
    const currency = traces.currency[at];
    const rows = [...data.breaksOf(at)];
    const kinds = sumsByKind(at);
    return [
      el("h3", "", t("trace_ends", { n: rows.length })),
      lists.table({
        caption: t("trace_ends_sums"),
        quiet: true,
        rows: kinds.map((_, i) => i),
        columns: [
          { head: t("trace_ends_sums"), cell: (i) => el("span", "", el("span", `swatch stop-${kinds[i].kind.replace(/[^a-z-]/g, "")}`), term("break", kinds[i].kind)) },
          { head: t("portions"), cls: "num", cell: (i) => whole(kinds[i].transfers) },
          { head: t("sum"), cls: "num", cell: (i) => amountOf(kinds[i].amount, currency) },
        ],
      }),
      lists.table({
        caption: t("trace_ends", { n: rows.length }),
        cls: "wide",
        rows,
        columns: [
          { head: t("trace_column_end"), cell: (b) => term("break", breaks.kind[b]), sort: { key: (b) => breaks.kind[b] } },
          { head: t("why"), cls: "why", cell: (b) => block(breaks.why[b], 300) },
          { head: t("account_at"), cell: (b) => account(breaks.account[b]) },
          { head: t("date"), cls: "date", cell: (b) => (breaks.transfer[b] ? transfer(breaks.transfer[b], day(breaks.booking_date[b])) : "\u2013"), sort: { key: (b) => breaks.booking_date[b] ?? "" } },
          { head: t("start_tag"), cell: (b) => inline(breaks.tag[b], 20), sort: { key: (b) => breaks.tag[b] } },
          sum(t("amount"), breaks.amount, currency),
        ],
      }),
    ];
  }

  function coverageTable(at) {
    const rows = [...data.coverageOf(at)];
    const noted = rows.some((c) => coverage.note[c] !== "");
    return [el("h3", "", t("trace_coverage", { n: rows.length })), el("p", "lead", t("trace_coverage_lead")), lists.table({
      caption: t("trace_coverage", { n: rows.length }),
      cls: "wide",
      rows,
      columns: [
        { head: t("account"), cell: (c) => account(coverage.account[c]) },
        { head: t("followed"), cell: (c) => term("followed", coverage.followed[c]) },
        { head: t("records_period"), cls: "date", cell: (c) => period(coverage.records_first[c], coverage.records_last[c]) },
        sum(t("opening_shown"), coverage.opening, traces.currency[at]),
        number(t("transfers"), coverage.transfers), number(t("not_own"), coverage.not_in_own_records), number(t("gaps"), coverage.gaps), number(t("broken"), coverage.broken),
        ...(noted ? [{ head: t("coverage_note"), cls: "why", cell: (c) => block(coverage.note[c], 400) }] : []),
      ],
    })];
  }

  const fills = [];

  // One part to open for each account; its lines are made when it is opened, or when the page goes to paper.
  function schedules(at) {
    const currency = traces.currency[at];
    const by = new Map();
    for (const l of data.scheduleOf(at)) {
      by.set(schedule.account[l], [...(by.get(schedule.account[l]) ?? []), l]);
    }
    const kept = data.kept.schedule;
    const parts = [...by].map(([id, rows]) => {
      const at_ = data.accountAt.get(id);
      const box = el("details", "schedule", el("summary", "", inline(at_ === undefined ? id : groups.accountName(at_), 60), " ", el("span", "quiet", t("trace_lines", { n: rows.length }))));
      const fill = () => {
        if (box.open && box.querySelector("table") === null) {
          box.append(lines(rows, currency));
        }
      };
      box.addEventListener("toggle", fill);
      fills.push(() => {
        box.open = true;
        fill();
      });
      return box;
    });
    return [
      el("h3", "", t("trace_schedule")), el("p", "lead", t("trace_schedule_lead")),
      kept.kept < kept.all ? el("p", "notice", t("trace_schedule_cut", { kept: kept.kept, all: kept.all })) : null,
      ...parts,
    ];
  }

  function lines(rows, currency) {
    return lists.table({
      caption: t("trace_schedule"),
      cls: "wide",
      rows,
      columns: [
        { head: t("line"), cls: "date", cell: (l) => transfer(schedule.transfer[l], whole(schedule.line[l])) },
        { head: t("date"), cls: "date", cell: (l) => schedule.booking_date[l] ?? "\u2013" },
        { head: t("direction"), cell: (l) => term("line", schedule.direction[l]) },
        { head: t("other_side"), cell: (l) => (schedule.other_account[l] ? account(schedule.other_account[l]) : "\u2013") },
        sum(t("amount"), schedule.amount, currency), sum(t("traced"), schedule.traced, currency),
        { head: t("lots"), cls: "why", cell: (l) => block(schedule.lots[l], 160) },
        sum(t("balance_after"), schedule.balance, currency), sum(t("held_after"), schedule.held, currency),
      ].map(({ sort, ...column }) => column), // a schedule is read line after line: another order would mean nothing
    });
  }

  function begin(section) {
    section.replaceChildren(...Array.from({ length: traces.height }, (_, at) => views.article(
      t("trace_title", { id: format.plain(traces.id[at], 20), rule: format.word("rule", traces.rule[at]) }), t("trace_lead"),
      inWords(at), ...picture(at), ...endTable(at), ...stepTable(at), ...coverageTable(at), ...schedules(at))));
  }

  return Object.freeze({
    start: begin,
    // On paper nothing hides behind a click.
    toPaper: () => fills.forEach((fill) => fill()),
  });
})();
