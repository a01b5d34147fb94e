// What is known about the thing that is chosen: all groups, a group, an account, the transfers of an arrow, one transfer.
const panel = (() => {
  const { el, button, inline, block, money: amountOf, period, t, term, whole } = format;
  const { accounts, networks } = data;
  const home = document.getElementById("home");

  function heading(kicker, title, ...below) {
    return el("header", "head", el("p", "kicker", kicker), el("h2", "", title), ...below);
  }

  function section(title, ...content) {
    return el("section", "", el("h3", "", title), ...content);
  }

  // Sums by currency, one line each, with the number of transfers in brackets; parts stand side by side.
  function sumsTable(parts) {
    const currencies = money.inOrder([...new Set(parts.flatMap(([, rows]) => rows.map((row) => row.currency)))]
      .map((currency) => ({ currency })));
    const cell = (rows, currency) => {
      const row = rows.find((found) => found.currency === currency);
      return row === undefined
        ? el("td", "num quiet", "\u2013")
        : el("td", "num", el("span", "digits", format.amount(row.amount)), " ", el("span", "quiet", `(${whole(row.transfers)})`));
    };
    const body = currencies.map(({ currency }) => {
      const head = el("th", "", inline(currency, 12));
      head.scope = "row";
      return el("tr", "", head, ...parts.map(([, rows]) => cell(rows, currency)));
    });
    if (body.length === 0) {
      return el("p", "quiet", t("nothing"));
    }
    const head = el("tr", "", el("td", ""), ...parts.map(([label]) => el("th", "num", label)));
    return el("div", "", el("table", "sums", el("thead", "", head), el("tbody", "", ...body)), el("p", "quiet legend-line", t("sums_note")));
  }

  function sumLines(rows, most) {
    const made = rows.slice(0, most).map((row) => el("li", "", amountOf(row.amount, row.currency)));
    if (rows.length > most) {
      made.push(el("li", "quiet", t("totals_more", { n: rows.length - most })));
    }
    return el("ul", "sumlines", ...made);
  }

  function reasonsOf(g) {
    const { kind, row } = groups.list[g];
    if (row < 0) {
      return [t(kind === "none" ? "group_none_why" : "group_rest_why")];
    }
    const found = [...data.reasonsOf(row)].map((at) => inline(data.reasons.reason[at], 400));
    return found.length === 0 && kind === "rest" ? [t("group_rest_why")] : found;
  }

  function groupPeriod(g) {
    const { row } = groups.list[g];
    return row >= 0 && networks.first[row] ? period(networks.first[row], networks.last[row]) : null;
  }

  function expandButton(g, cls) {
    const open = groups.isUnfolded(g);
    return button(cls ?? (open ? "" : "main"), () => (open ? state.fold(g) : state.unfold(g)), t(open ? "collapse" : "expand"));
  }

  function moreButton(g) {
    const left = groups.list[g].members.length - groups.shown(g);
    if (!groups.isUnfolded(g) || left === 0 || groups.shown(g) >= groups.CAP) {
      return null;
    }
    const step = Math.min(left, groups.STEP, groups.CAP - groups.shown(g));
    return button("", () => state.unfold(g, groups.shown(g) + step), t("show_more_accounts", { n: step }));
  }

  function drawnNote(g) {
    const all = groups.list[g].members.length;
    if (!groups.isUnfolded(g) || groups.shown(g) === all) {
      return null;
    }
    const text = t("shown_of", { shown: groups.shown(g), n: all });
    const cap = groups.shown(g) >= groups.CAP ? ` ${t("shown_cap", { cap: groups.CAP })}` : "";
    return el("p", "notice", text + cap);
  }

  // The model's label often begins with the number of the group; it is not said twice.
  function badge(g) {
    const { kind, id } = groups.list[g];
    return kind === "network" && !groups.name(g).startsWith(id) ? el("span", "id", inline(id, 12)) : null;
  }

  function card(g) {
    const group = groups.list[g];
    const totals = groups.totals(g);
    const meta = [tips.size(g), t("n_transfers", { n: groups.count(totals.inside) })];
    const open = button("link title", () => { state.choose({ kind: "group", at: g }); state.tell("focus"); }, inline(groups.name(g), 80));
    const reasons = reasonsOf(g);
    const dates = groupPeriod(g);
    return el("article", group.kind === "network" ? "card" : "card other",
      el("div", "line", el("h3", "", badge(g), open), expandButton(g, "small")),
      el("p", "meta", format.list(meta), dates === null ? null : data.words.get("list_comma"), dates === null ? null : el("span", "whole", dates)),
      totals.inside.length > 0 ? sumLines(totals.inside, 4) : null,
      reasons.length > 0 ? el("ul", "reasons", ...reasons.slice(0, 4).map((reason) => el("li", "", reason))) : null);
  }

  function cards() {
    const box = el("div", "cards");
    const more = button("small", () => next(), "");
    let shown = 0;
    function next() {
      const part = groups.list.slice(shown, shown + 40);
      box.append(...part.map((group) => card(group.at)));
      shown += part.length;
      more.textContent = t("show_more", { n: Math.min(40, groups.list.length - shown) });
      more.hidden = shown === groups.list.length;
    }
    next();
    const known = groups.list.some((group) => group.kind === "network");
    return [
      el("header", "head", el("h2", "", t("groups")), el("p", "quiet", t(known ? "groups_lead" : "groups_none"))),
      box, el("p", "pager", more),
    ];
  }

  function members(g) {
    const found = groups.list[g].members;
    const count = (a, direction) => groups.count(groups.paid(a, direction));
    return lists.table({
      caption: t("members"),
      rows: found,
      columns: [
        { head: t("account"), cell: (a) => el("div", "", transfers.accountLink(a), el("span", "note", kindWord(a))) },
        { head: t("paid_in"), cls: "num", cell: (a) => whole(count(a, "in")), sort: { down: true, key: (a) => count(a, "in") } },
        { head: t("paid_out"), cls: "num", cell: (a) => whole(count(a, "out")), sort: { down: true, key: (a) => count(a, "out") } },
      ],
    });
  }

  function kindWord(a) {
    return t(`kind_${groups.accountKind(a)}`);
  }

  function inside(g) {
    const of = (a) => a >= 0 && groups.groupOf[a] === g;
    const found = [];
    for (let at = 0; at < data.transfers.height; at += 1) {
      if (filter.within(data.transfers.booking_date[at]) && of(data.transferFrom[at]) && of(data.transferTo[at]) && data.transferFrom[at] !== data.transferTo[at]) {
        found.push(at);
      }
    }
    return found;
  }

  function group(g) {
    const { kind, id } = groups.list[g];
    const totals = groups.totals(g);
    const reasons = reasonsOf(g);
    const carried = inside(g);
    return [
      heading(
        el("span", "", t(kind === "network" ? "kind_group" : `kind_${kind}`), " ", kind === "network" && !groups.name(g).startsWith(id) ? inline(id, 20) : null),
        block(groups.name(g), 200),
        el("p", "meta", format.list([tips.size(g), t("n_transfers", { n: groups.count(totals.inside) })]),
          groupPeriod(g) ? el("span", "", data.words.get("list_comma"), el("span", "whole", groupPeriod(g))) : null),
        el("div", "acts", expandButton(g), moreButton(g)),
        drawnNote(g)),
      reasons.length > 0 ? section(t("reasons"), el("ul", "reasons", ...reasons.map((reason) => el("li", "", reason)))) : null,
      section(t("money"), sumsTable([[t("inside"), totals.inside], [t("came_in"), totals.in], [t("went_out"), totals.out]])),
      ...ties.group(g),
      section(t("members"), members(g)),
      section(t("transfers_inside"), transfers.kept(carried.length, groups.count(totals.inside)), transfers.list(carried)),
    ];
  }

  function routes(a) {
    const share = accounts.routes[a];
    const none = !/[1-9]/.test(share);
    const sampled = data.facts.routes_exact ? "" : ` ${t("routes_sampled")}`;
    return el("p", "", none ? t("routes_zero") : t("routes_text", { share: format.percent(share) }) + sampled);
  }

  function counterparties(a) {
    const rows = [...data.edgesOf(a)].filter((e) => data.edgeFrom[e] !== data.edgeTo[e] && filter.count(e) > 0);
    const other = (e) => (data.edgeFrom[e] === a ? data.edgeTo[e] : data.edgeFrom[e]);
    rows.sort((x, y) => filter.count(y) - filter.count(x) || other(x) - other(y));
    const flow = (e) => ({ kind: "flow", from: { kind: "account", at: data.edgeFrom[e] }, to: { kind: "account", at: data.edgeTo[e] } });
    return lists.table({
      caption: t("counterparties"),
      rows,
      page: 25,
      columns: [
        {
          head: t("other_side"),
          cls: "what",
          cell: (e) => el("span", "side", t(data.edgeFrom[e] === a ? "paid_to_word" : "paid_by_word"), " ", transfers.accountLink(other(e))),
        },
        {
          head: t("transfers"),
          cls: "num",
          cell: (e) => button("link", () => state.choose(flow(e)), whole(filter.count(e))),
          sort: { down: true, key: (e) => filter.count(e) },
        },
        {
          head: t("sum"),
          cls: "num",
          cell: (e) => amountOf(filter.amount(e), data.edges.currency[e]),
          sort: lists.byMoney((e) => filter.amount(e), (e) => data.edges.currency[e]),
        },
      ],
    });
  }

  function accountTransfers(a) {
    const all = [...data.transfersOf(a)].filter((at) => filter.within(data.transfers.booking_date[at]));
    const box = el("div", "");
    const bar = el("div", "choice");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", t("filter_direction"));
    const filters = [
      ["filter_all", () => true],
      ["filter_in", (at) => data.transferTo[at] === a && data.transferFrom[at] !== a],
      ["filter_out", (at) => data.transferFrom[at] === a && data.transferTo[at] !== a],
      ["filter_self", (at) => data.transferFrom[at] === data.transferTo[at]],
    ].filter(([key, keep]) => key !== "filter_self" || all.some(keep));
    const buttons = filters.map(([key, keep]) => button("", () => show(key, keep), t(key), " ", el("span", "quiet", whole(all.filter(keep).length))));
    function show(key, keep) {
      buttons.forEach((made, i) => made.setAttribute("aria-pressed", String(filters[i][0] === key)));
      box.replaceChildren(transfers.list(all.filter(keep), { account: a }));
    }
    bar.append(...buttons);
    show(...filters[0]);
    const self = all.filter((at) => data.transferFrom[at] === data.transferTo[at]).length;
    const counted = groups.count(groups.paid(a, "in")) + groups.count(groups.paid(a, "out"));
    return [data.kept.transfers.kept < data.kept.transfers.all ? transfers.kept(all.length - self, counted) : null, bar, box];
  }

  function account(a) {
    const g = groups.groupOf[a];
    const groupLink = button("link", () => { state.choose({ kind: "group", at: g }); }, inline(groups.name(g), 60));
    return [
      heading(kindWord(a), block(groups.accountName(a), 200),
        el("p", "mono", block(accounts.account[a], 200)),
        el("dl", "pairs",
          accounts.name[a] && accounts.name[a] !== groups.accountName(a) ? transfers.fact(t("name"), block(accounts.name[a], 200)) : null,
          transfers.fact(t("scheme"), term("scheme", accounts.scheme[a])),
          transfers.fact(t("records"), t(accounts.records[a] === "yes" ? "records_yes" : "records_no")),
          transfers.fact(t("role"), term("role", accounts.role[a])),
          transfers.fact(t("group"), groupLink),
          transfers.fact(t("period"), period(accounts.first[a], accounts.last[a])))),
      section(t("money"), sumsTable([[t("paid_in"), groups.paid(a, "in")], [t("paid_out"), groups.paid(a, "out")]])),
      ...ties.account(a),
      section(t("transfers"), ...accountTransfers(a)),
      section(t("counterparties"), counterparties(a)),
      section(t("routes"), routes(a)),
    ];
  }

  function belongs({ kind, at }) {
    if (kind === "account") {
      return (a) => a === at;
    }
    if (kind === "group") {
      return (a) => a >= 0 && groups.groupOf[a] === at;
    }
    return (a) => a >= 0 && groups.groupOf[a] === at && groups.list[at].place.get(a) >= groups.shown(at);
  }

  function partyName(party) {
    if (party.kind === "account") {
      return transfers.accountLink(party.at);
    }
    const name = party.kind === "group" ? groups.name(party.at) : groups.nodeName(groups.MORE + party.at);
    return button("link", () => state.choose({ kind: "group", at: party.at }), inline(name, 60));
  }

  function flow({ from, to }) {
    const [isFrom, isTo] = [belongs(from), belongs(to)];
    const edgeRows = [];
    for (let e = 0; e < data.edges.height; e += 1) {
      if (isFrom(data.edgeFrom[e]) && isTo(data.edgeTo[e])) {
        edgeRows.push(e);
      }
    }
    const found = [];
    for (let at = 0; at < data.transfers.height; at += 1) {
      if (filter.within(data.transfers.booking_date[at]) && isFrom(data.transferFrom[at]) && isTo(data.transferTo[at])) {
        found.push(at);
      }
    }
    const sums = groups.sumsOf(edgeRows);
    const pair = from.kind === "account" && to.kind === "account";
    return [
      heading(t("flow"), el("span", "ends",
        el("span", "end", el("span", "quiet", t("paid_by")), partyName(from)),
        el("span", "end", el("span", "quiet", t("paid_to")), partyName(to)))),
      section(t("money"), sumsTable([[t("sum"), sums]])),
      section(t("transfers"), transfers.kept(found.length, groups.count(sums)), transfers.list(found, { pair })),
    ];
  }

  function transfer(at) {
    return [
      heading(t("transfer_one"), amountOf(data.transfers.amount[at], data.transfers.currency[at]),
        el("dl", "pairs",
          transfers.fact(t("date"), data.transfers.booking_date[at] ?? t("not_stated")),
          transfers.fact(t("paid_by"), transfers.accountLink(data.transferFrom[at])),
          transfers.fact(t("paid_to"), transfers.accountLink(data.transferTo[at])))),
      transfers.proofs(at),
    ];
  }

  function content(choice) {
    switch (choice.kind) {
      case "group":
        return group(choice.at);
      case "more":
        return group(choice.at);
      case "account":
        return account(choice.at);
      case "flow":
        return flow(choice);
      case "ties":
        return ties.between(choice);
      case "identifier":
        return ties.identifier(choice.at);
      case "listing":
        return ties.listing(choice.at);
      case "party":
        return ties.party(choice.at);
      case "transfer":
        return [...transfer(choice.at)];
      default:
        return cards();
    }
  }

  // Numbers of a part of the time never stand there without saying so.
  function days() {
    if (!filter.active()) {
      return null;
    }
    const { from, to } = filter.range();
    const undated = filter.undated();
    const said = [t(from && to ? "only_days" : from ? "only_since" : "only_until", { from, to }), t("only_money")];
    if (!filter.whole()) {
      said.push(t("only_carried", { kept: data.kept.transfers.kept, all: data.kept.transfers.all }));
    }
    if (undated > 0) {
      said.push(t("only_dated", { n: undated }));
    }
    return el("p", "notice", said.join(" "));
  }

  let shownKey = "";

  function show() {
    const choice = state.chosen();
    const bar = choice.kind === "home" ? null : el("div", "bar",
      button("small", () => state.back(), `\u2190 ${t("back")}`),
      button("small", () => state.choose(state.HOME), t("home")));
    const scroll = home.scrollTop;
    home.replaceChildren(...[bar, days(), ...content(choice)].filter((part) => part !== null && part !== undefined));
    home.scrollTop = state.key(choice) === shownKey ? scroll : 0;
    shownKey = state.key(choice);
  }

  return Object.freeze({ show, sumLines, sumsTable });
})();
