// The trace as a picture: accounts in columns by their distance from the start, ribbons as wide as the traced amount,
// and on the right every place where the trace stops. Computed from the tables of the trace; the same each time.
const flowchart = (() => {
  const { t } = format;
  const SVG = "http://www.w3.org/2000/svg";
  const BAR = 11;
  const WIDE = 1190;
  const COLUMN = 216;
  const NARROW = 150;
  const LAST = 210;
  const HEAD = 58;
  const GAP = 30;
  const TALL = 300;
  const THIN = 2.2;
  const IN_COLUMN = 12;
  const ENDS = 9;
  const CROWD = 60; // places from which on fewer are drawn one by one
  const KINDS = ["cash-out", "account-without-records", "unknown-side", "fee", "overdraft-repaid", "out-of-scope", "still-held"];
  const { steps, breaks, starts } = data;

  function svg(name, attributes, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, String(value));
    }
    made.append(...children);
    return made;
  }

  // --- what flows where, in whole units of the finest amount of the trace

  function units(texts) {
    const parsed = texts.map((text) => money.parse(text || "0"));
    const scale = parsed.reduce((most, one) => Math.max(most, one.scale), 0);
    return { scale, of: (text) => { const one = money.parse(text || "0"); return one.units * 10n ** BigInt(scale - one.scale); } };
  }

  function collect(at) {
    const [stepRows, breakRows, startRows] = [[...data.stepsOf(at)], [...data.breaksOf(at)], [...data.startsOf(at)]];
    const count = units([...stepRows.flatMap((s) => [steps.traced[s], steps.started[s], steps.ended[s]]), ...breakRows.map((b) => breaks.amount[b])]);
    const nodes = new Map();
    const flows = new Map();

    function node(key, facts) {
      if (!nodes.has(key)) {
        nodes.set(key, { key, column: facts.kind === "account" ? Infinity : 0, in: 0n, out: 0n, accounts: 1, ...facts });
      }
      return nodes.get(key);
    }

    function flow(from, to, amount, row) {
      if (amount === 0n) {
        return;
      }
      const key = `${from.key}\n${to.key}`;
      const made = flows.get(key) ?? { from, to, amount: 0n, transfers: new Set() };
      made.amount += amount;
      if (row) {
        made.transfers.add(row);
      }
      flows.set(key, made);
    }

    const tagOf = new Map(startRows.map((s) => [starts.transfer[s] || starts.account[s], starts.tag[s]]));
    const stopped = new Map();
    for (const b of breakRows) {
      const key = breaks.transfer[b];
      if (key) {
        stopped.set(key, [...(stopped.get(key) ?? []), b]);
      }
    }
    const goesOn = new Set([
      ...startRows.map((s) => starts.account[s]), ...stepRows.filter((s) => steps.traced[s] !== steps.started[s]).map((s) => steps.debtor[s]),
      ...breakRows.filter((b) => !breaks.transfer[b]).map((b) => breaks.account[b]), ...[...data.coverageOf(at)].map((c) => data.coverage.account[c]),
    ]);
    const account = (id, column = Infinity) => {
      const made = node(`account ${id}`, { kind: "account", id });
      made.column = Math.min(made.column, column);
      return made;
    };
    const end = (b) => node(`end ${breaks.kind[b]} ${breaks.account[b]}`, { kind: "end", why: breaks.kind[b], id: breaks.account[b], portions: 0 });
    breakRows.forEach((b) => { end(b).portions += 1; });
    for (const s of startRows) {
      if (starts.account[s]) {
        account(starts.account[s], 1);
      }
    }
    for (const s of stepRows) {
      const [traced, started] = [count.of(steps.traced[s]), count.of(steps.started[s])];
      const tag = tagOf.get(steps.transfer[s]) ?? tagOf.get(steps.creditor[s]) ?? "";
      const sources = [];
      if (started > 0n) {
        sources.push([node(`start ${tag}`, { kind: "start", id: tag }), started]);
      }
      if (traced > started) {
        sources.push([account(steps.debtor[s]), traced - started]);
      }
      const ends = (stopped.get(steps.transfer[s]) ?? []).map((b) => [b, count.of(breaks.amount[b])]);
      if (goesOn.has(steps.creditor[s])) {
        const to = account(steps.creditor[s], (steps.depth[s] ?? 0) + 1);
        sources.forEach(([from, amount]) => flow(from, to, amount, steps.transfer[s]));
        ends.forEach(([b, amount]) => flow(to, end(b), amount, steps.transfer[s]));
        continue;
      }
      // Paid to where the trace does not follow: straight from the payer to the place where it stops.
      let [i, left] = [0, sources[0]?.[1] ?? 0n];
      for (const [b, whole] of ends) {
        let amount = whole;
        while (amount > 0n && i < sources.length) {
          const part = amount < left ? amount : left;
          flow(sources[i][0], end(b), part, steps.transfer[s]);
          amount -= part;
          left -= part;
          if (left === 0n) {
            i += 1;
            left = sources[i]?.[1] ?? 0n;
          }
        }
      }
    }
    for (const b of breakRows) {
      if (!breaks.transfer[b]) {
        flow(account(breaks.account[b]), end(b), count.of(breaks.amount[b]), "");
      }
    }
    const deepest = [...nodes.values()].reduce((most, one) => (Number.isFinite(one.column) ? Math.max(most, one.column) : most), 0);
    for (const one of nodes.values()) {
      one.column = one.kind === "end" ? deepest + 1 : Number.isFinite(one.column) ? one.column : deepest;
    }
    return merged({ nodes, flows: [...flows.values()], columns: deepest + 2, scale: count.scale });
  }

  // Beyond what can be read, small accounts of a column and small ends of a kind are drawn together, and counted.
  function merged(graph) {
    const { nodes, flows } = graph;
    for (const { from, to, amount } of flows) {
      from.out += amount;
      to.in += amount;
    }
    const size = (one) => (one.in > one.out ? one.in : one.out);
    const lots = new Map();
    for (const one of nodes.values()) {
      const lot = one.kind === "end" ? `end ${one.why}` : `column ${one.column}`;
      lots.set(lot, [...(lots.get(lot) ?? []), one]);
    }
    const crowded = nodes.size > CROWD;
    const into = new Map();
    let small = 0;
    const all = [];
    for (const [lot, found] of lots) {
      const most = Math.round((lot.startsWith("end") ? ENDS : IN_COLUMN) * (crowded ? 0.6 : 1));
      found.sort((a, b) => (size(a) < size(b) ? 1 : size(a) > size(b) ? -1 : order(a) - order(b)));
      const kept = found.length > most ? found.slice(0, most - 1) : found;
      kept.forEach((one) => into.set(one, one));
      all.push(...kept);
      if (found.length > most) {
        const rest = { ...found[0], key: `rest ${lot}`, kind: found[0].kind === "end" ? "end" : "rest", id: "", accounts: found.length - kept.length, in: 0n, out: 0n, portions: 0 };
        found.slice(most - 1).forEach((one) => {
          into.set(one, rest);
          rest.portions += one.portions ?? 0;
        });
        small += rest.accounts;
        all.push(rest);
      }
    }
    const joined = new Map();
    for (const { from, to, amount, transfers } of flows) {
      const [a, b] = [into.get(from), into.get(to)];
      const key = `${a.key}\n${b.key}`;
      const made = joined.get(key) ?? { from: a, to: b, amount: 0n, transfers: new Set() };
      made.amount += amount;
      transfers.forEach((row) => made.transfers.add(row));
      joined.set(key, made);
    }
    const drawn = [...joined.values()].filter(({ from, to }) => from !== to);
    all.forEach((one) => { [one.in, one.out] = [0n, 0n]; });
    for (const { from, to, amount } of drawn) {
      from.out += amount;
      to.in += amount;
    }
    return { ...graph, nodes: all.filter((one) => one.in + one.out > 0n), flows: drawn, small };
  }

  function order(one) {
    return one.kind === "start" ? Number(one.id.slice(1)) || 0 : data.accountAt.get(one.id) ?? Infinity;
  }

  // --- where it stands

  function place(graph) {
    const total = graph.nodes.filter((one) => one.column === 0).reduce((sum, one) => sum + one.out, 0n) || 1n;
    const wide = (amount) => Math.max(THIN, (TALL * Number((amount * 1000000n) / total)) / 1000000);
    for (const one of graph.nodes) {
      const sides = [graph.flows.filter((f) => f.to === one), graph.flows.filter((f) => f.from === one)];
      one.high = Math.max(4, ...sides.map((side) => side.reduce((sum, f) => sum + wide(f.amount), 0)));
    }
    graph.flows.forEach((f) => { f.wide = wide(f.amount); });
    const step = Math.max(NARROW, Math.min(COLUMN, (WIDE - LAST) / (graph.columns - 1)));
    let tallest = 0;
    for (let column = 0; column < graph.columns; column += 1) {
      const here = graph.nodes.filter((one) => one.column === column);
      const last = column === graph.columns - 1;
      for (const one of here) {
        const before = graph.flows.filter((f) => f.to === one && f.from.column < column);
        const weight = before.reduce((sum, f) => sum + f.wide, 0);
        one.wish = weight > 0 ? before.reduce((sum, f) => sum + f.wide * (f.from.y + f.from.high / 2), 0) / weight : 0;
      }
      const held = (one) => Number(one.why === "still-held");
      here.sort((a, b) => held(a) - held(b) || (last ? KINDS.indexOf(a.why) - KINDS.indexOf(b.why) : 0) || a.wish - b.wish || order(a) - order(b));
      let y = HEAD;
      here.forEach((one, i) => {
        const newKind = last && i > 0 && one.why !== here[i - 1].why;
        y += newKind ? (held(one) ? 46 : 20) : 0;
        one.x = Math.round(column * step) + 4;
        one.y = y;
        y += Math.max(one.high, 6) + GAP;
      });
      tallest = Math.max(tallest, y);
    }
    // Short columns stand at the height of what flows into them; the starts, of what they flow into.
    const spread = (here) => [here.reduce((least, one) => Math.min(least, one.y), Infinity), here.reduce((most, one) => Math.max(most, one.y + one.high), 0)];
    const shift = (here, wish) => {
      const [top, bottom] = spread(here);
      const by = Math.max(HEAD - top, Math.min(tallest - GAP - bottom, wish - (top + bottom) / 2));
      here.forEach((one) => { one.y += by; });
    };
    const middle = (flows, side) => {
      const weight = flows.reduce((sum, f) => sum + f.wide, 0);
      return weight > 0 ? flows.reduce((sum, f) => sum + f.wide * (f[side].y + f[side].high / 2), 0) / weight : null;
    };
    for (let column = 1; column < graph.columns - 1; column += 1) {
      const here = graph.nodes.filter((one) => one.column === column);
      const before = graph.flows.filter((f) => f.to.column === column && f.from.column < column && f.from.column > 0);
      const wish = middle(before, "from");
      if (here.length > 0 && wish !== null) {
        shift(here, wish);
      }
    }
    const first = graph.nodes.filter((one) => one.column === 0);
    const wish = middle(graph.flows.filter((f) => f.from.column === 0), "to");
    if (first.length > 0 && wish !== null) {
      shift(first, wish);
    }
    return { ...graph, step, width: Math.round((graph.columns - 1) * step) + LAST, height: tallest + 6 };
  }

  // --- how it is drawn

  function patterns(id) {
    const lines = { "cash-out": "M0 6 6 0", "account-without-records": "M0 3H6", "unknown-side": "M3 3h.1", fee: "M3 0V6", "overdraft-repaid": "M0 0 6 6M0 6 6 0", "out-of-scope": "M0 0 6 6", "still-held": "" };
    return svg("defs", {}, ...KINDS.map((kind) => svg("pattern", { id: `${id}-${kind}`, width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      svg("rect", { width: 6, height: 6, class: `stop-${kind}` }), svg("path", { d: lines[kind], class: "hatch" }))));
  }

  function ribbon({ x: x1, y: y1 }, { x: x2, y: y2 }, wide) {
    const back = x2 <= x1;
    const bend = back ? 90 : (x2 - x1) / 2;
    const side = (from, to, a, b) => `C${from + a} ${b[0]} ${to - a} ${b[1]} ${to} ${b[1]}`;
    return `M${x1} ${y1}${side(x1, x2, bend, [y1, y2])}V${y2 + wide}C${x2 - bend} ${y2 + wide} ${x1 + bend} ${y1 + wide} ${x1} ${y1 + wide}Z`;
  }

  function draw(at) {
    const graph = place(collect(at));
    const currency = data.traces.currency[at];
    const said = (amount) => `${format.amount(money.write(amount, graph.scale))} ${format.plain(currency, 8)}`;
    const id = `stop${at}`;
    const made = svg("svg", { class: graph.flows.filter((f) => f.to.x <= f.from.x).length > 12 ? "flowchart crowded" : "flowchart", viewBox: `0 0 ${graph.width} ${graph.height}`, width: graph.width, height: graph.height, role: "group", "aria-label": t("trace_picture") });
    made.append(patterns(id), ...headings(graph));
    const offset = new Map();
    const next = (one, side, wide) => {
      const key = `${side} ${one.key}`;
      const y = one.y + (offset.get(key) ?? 0);
      offset.set(key, (offset.get(key) ?? 0) + wide);
      return y;
    };
    const byPlace = [...graph.flows].sort((a, b) => a.from.x - b.from.x || a.from.y - b.from.y || a.to.x - b.to.x || a.to.y - b.to.y);
    byPlace.forEach((f) => { f.y1 = next(f.from, "out", f.wide); });
    [...graph.flows].sort((a, b) => a.to.x - b.to.x || a.to.y - b.to.y || a.from.x - b.from.x || a.from.y - b.from.y)
      .forEach((f) => { f.y2 = next(f.to, "in", f.wide); });
    made.append(...byPlace.map((f) => flowPart(f, said)), ...graph.nodes.flatMap((one) => nodePart(one, said, id, Math.floor(((one.kind === "end" ? LAST : graph.step) - 26) / 7))));
    return { element: made, small: graph.small };
  }

  function act(element, words, go) {
    element.setAttribute("aria-label", words);
    const title = svg("title", {});
    title.textContent = words;
    element.append(title);
    if (go !== null) {
      element.setAttribute("tabindex", "0");
      element.setAttribute("role", "button");
      element.addEventListener("click", go);
      element.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          go();
        }
      });
    } else {
      element.setAttribute("role", "img");
    }
    return element;
  }

  const show = (choice) => () => {
    views.show("overview");
    if (choice.kind === "account") {
      state.reveal(choice.at);
    }
    state.choose(choice);
    state.tell("focus");
  };

  function words(one) {
    if (one.kind === "start") {
      return `${t("trace_column_start")} ${format.plain(one.id, 20)}`;
    }
    if (one.id === "") {
      return one.kind === "end" ? t("trace_portions", { n: one.portions }) : t("trace_smaller", { n: one.accounts });
    }
    const a = data.accountAt.get(one.id);
    return a === undefined ? format.plain(one.id, 40) : format.plain(groups.accountName(a), 60);
  }

  function flowPart({ from, to, amount, transfers: rows, wide, y1, y2 }, said) {
    const path = svg("path", { d: ribbon({ x: from.x + BAR, y: y1 }, { x: to.x, y: y2 }, wide), class: `ribbon${to.kind === "end" ? ` to-${to.why}` : ""}${to.x <= from.x ? " back" : ""}` });
    const [one] = rows;
    const ends = [from, to].map((node) => (node.kind === "account" || (node.kind === "end" && node.id) ? data.accountAt.get(node.id) : undefined));
    let go = null;
    if (rows.size === 1 && data.transferAt.has(one)) {
      go = show({ kind: "transfer", at: data.transferAt.get(one) });
    } else if (rows.size > 1 && ends[0] !== undefined && ends[1] !== undefined && ends[0] !== ends[1]) {
      go = show({ kind: "flow", from: { kind: "account", at: ends[0] }, to: { kind: "account", at: ends[1] } });
    } else if (to.why === "still-held" && ends[1] !== undefined) {
      go = show({ kind: "account", at: ends[1] });
    }
    const parts = [`${words(from)} \u2192 ${to.kind === "end" ? `${format.word("break", to.why)}: ` : ""}${words(to)}`, said(amount)];
    if (rows.size > 0) {
      parts.push(t("n_transfers", { n: rows.size }));
    }
    if (to.x <= from.x) {
      parts.push(t("trace_back"));
    }
    return act(path, parts.join("\n"), go);
  }

  function nodePart(one, said, id, room) {
    const amount = one.in > one.out ? one.in : one.out;
    const a = one.kind === "account" || one.kind === "end" ? data.accountAt.get(one.id) : undefined;
    const bar = svg("rect", { x: one.x, y: one.y, width: BAR, height: one.high, class: `bar ${one.kind}` });
    if (one.kind === "end") {
      bar.setAttribute("fill", `url(#${id}-${KINDS.includes(one.why) ? one.why : "out-of-scope"})`);
    }
    const lines = [words(one), said(amount)];
    const middle = one.y + Math.max(one.high, 6) / 2;
    const box = svg("g", { class: "place" }, bar, ...lines.map((line, i) => {
      const text = svg("text", { x: one.x + BAR + 6, y: middle + (i === 0 ? -2 : 12), class: i === 0 ? "who" : "much" });
      text.textContent = i === 0 ? format.label(line, room) : line;
      return text;
    }));
    const full = [one.kind === "end" ? format.word("break", one.why) : null, ...lines].filter((line) => line !== null).join("\n");
    return [act(box, full, a === undefined ? null : show({ kind: "account", at: a }))];
  }

  function headings(graph) {
    const made = [];
    const head = (x, y, text, cls = "head") => {
      const one = svg("text", { x, y, class: cls });
      one.textContent = text;
      made.push(one);
    };
    for (let column = 0; column < graph.columns - 1; column += 1) {
      head(Math.round(column * graph.step) + 4, 14, column === 0 ? t("trace_column_start") : column === 1 ? t("trace_column_first") : t("trace_column", { n: column - 1 }));
    }
    const ends = graph.nodes.filter((one) => one.column === graph.columns - 1).sort((a, b) => a.y - b.y);
    ends.forEach((one, i) => {
      if (i === 0 || ends[i - 1].why !== one.why) {
        head(one.x, one.y + Math.max(one.high, 6) / 2 - Math.max(Math.max(one.high, 6) / 2 + 8, 20), format.word("break", one.why), "why");
      }
    });
    if (ends.some((one) => one.why !== "still-held")) {
      head(Math.round((graph.columns - 1) * graph.step) + 4, 14, t("trace_column_end"));
    }
    return made;
  }

  return Object.freeze({ draw });
})();
