// The picture: hands nodes and arrows to vis-network in bulk, changes only what changed, and says what is under the pointer.
const graph = (() => {
  const BUSY = 500;
  const NAMED = 5;
  const LABELLED_ARROWS = 300;
  const container = document.getElementById("graph");
  const tip = document.getElementById("tip");
  const live = document.getElementById("live");
  const SHAPES = { records: "dot", other: "square", name: "triangle", unknown: "diamond", fee: "triangleDown" };
  const still = globalThis.matchMedia("(prefers-reduced-motion: reduce)");

  let theme = {};
  let version = 0;
  let current = { nodes: [], arrows: [], inside: 0, hidden: 0, idle: 0, links: [] };
  let placed = { at: new Map(), discs: [] };
  let arrowAt = new Map();
  let linkAt = new Map();
  let most = 1;
  let ranked = [];
  const sent = { nodes: new Map(), edges: new Map() };
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  let network = null;

  function readTheme() {
    const style = getComputedStyle(document.documentElement);
    const names = ["panel", "ink", "ink2", "line", "accent", "group", "group-line", "disc", "edge", "edge-strong", "node-line",
      "c-records", "c-other", "c-name", "c-unknown", "c-fee", "c-phone", "c-identifier", "c-listing", "link"];
    theme = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    theme.face = getComputedStyle(document.body).fontFamily;
    version += 1;
  }

  function colour(fill, line) {
    const strong = { background: fill, border: theme.accent };
    return { background: fill, border: line, highlight: strong, hover: strong };
  }

  function groupNode(g) {
    const { kind } = groups.list[g];
    return {
      shape: "dot",
      size: layout.radius(g),
      color: colour(kind === "network" ? theme.group : theme.panel, theme["group-line"]),
      shapeProperties: { borderDashes: kind === "network" ? false : [4, 3] },
    };
  }

  function accountNode(a) {
    const kind = groups.accountKind(a);
    return {
      shape: SHAPES[kind],
      size: kind === "records" ? 13 : 11,
      color: colour(theme[`c-${kind}`], theme["node-line"]),
      borderWidth: 0.8,
    };
  }

  function moreNode() {
    return {
      shape: "dot",
      size: 13,
      color: colour(theme.panel, theme["group-line"]),
      shapeProperties: { borderDashes: [2, 3] },
    };
  }

  function identifierNode(i) {
    const kind = linked.identifierKind(i);
    return {
      shape: kind === "phone" ? "hexagon" : "star",
      size: (kind === "phone" ? 14 : 12) * layout.enlarged(groups.identifierGroup[i]),
      color: colour(theme[`c-${kind}`], theme["node-line"]),
      borderWidth: linked.isOpen(i) ? 2.6 : 0.8,
    };
  }

  // A sheet of paper with its lines: what listings look like nowhere else in the picture.
  function sheet({ ctx, id, x, y, state: { selected, hover } }) {
    const large = layout.enlarged(linked.drawn().host.get(id - groups.LISTINGS) ?? 0);
    const [wide, high] = [13 * large, 17 * large];
    return {
      drawNode() {
        ctx.save();
        ctx.fillStyle = theme["c-listing"];
        ctx.strokeStyle = selected || hover ? theme.accent : theme["node-line"];
        ctx.lineWidth = selected ? 3 : 0.8;
        ctx.beginPath();
        ctx.rect(x - wide / 2, y - high / 2, wide, high);
        ctx.fill();
        ctx.stroke();
        ctx.strokeStyle = theme.panel;
        ctx.lineWidth = 1.3 * large;
        ctx.beginPath();
        for (const line of [-4, 0, 4]) {
          ctx.moveTo(x - 3.8 * large, y + line * large);
          ctx.lineTo(x + (line === 4 ? 1 : 3.8) * large, y + line * large);
        }
        ctx.stroke();
        ctx.restore();
      },
      nodeDimensions: { width: wide, height: high },
    };
  }

  const MAKE = {
    account: accountNode,
    group: groupNode,
    more: moreNode,
    identifier: identifierNode,
    listing: () => ({ shape: "custom", size: 9, ctxRenderer: sheet, color: colour(theme["c-listing"], theme["node-line"]) }),
  };

  function drawNode(node) {
    const { kind, at } = groups.describe(node);
    return { id: node, ...placed.at.get(node), ...MAKE[kind](at) };
  }

  function linkId({ u, v, stated }) {
    return `${u}${stated ? "=" : "-"}${v}`;
  }

  // Links have no direction and no weight: dashed where a record states them, dotted where they were read in a text.
  function drawLink(link) {
    return {
      id: linkId(link),
      from: link.u,
      to: link.v,
      width: link.stated ? 1.5 : 1.3,
      dashes: link.stated ? [9, 5] : [2, 4],
      arrows: { to: { enabled: false } },
      smooth: { enabled: false },
      color: { color: theme.link + opaque(current.links.length > 150 ? 0.55 : 0.85), highlight: theme.accent, hover: theme["edge-strong"], inherit: false },
    };
  }

  function arrowId({ u, v }) {
    return `${u}>${v}`;
  }

  function arrowText(arrow) {
    const sums = groups.sumsOf(arrow.edges);
    if (sums.length > 1) {
      return format.t("n_transfers", { n: arrow.transfers });
    }
    const sum = `${format.amount(sums[0].amount)} ${format.plain(sums[0].currency, 8)}`;
    return arrow.transfers > 1 ? `${sum} (${format.whole(arrow.transfers)})` : sum;
  }

  // The two hex digits that make a colour let light through.
  function opaque(share) {
    return Math.round(255 * share).toString(16).padStart(2, "0");
  }

  // Many thin arrows recede, strong ones stand out; how thick depends on the number of transfers only.
  function drawArrow(arrow) {
    const strength = Math.log2(arrow.transfers) / Math.log2(Math.max(2, most));
    const faint = current.arrows.length > 60 ? 0.16 + 0.74 * strength : 0.9;
    return {
      id: arrowId(arrow),
      from: arrow.u,
      to: arrow.v,
      width: 0.8 + Math.min(6, Math.log2(arrow.transfers) * 0.6),
      color: { color: theme.edge + opaque(faint), highlight: theme.accent, hover: theme["edge-strong"], inherit: false },
    };
  }

  // Sends to a DataSet what is new, changed or gone, each in one call.
  function send(set, known, next, signature) {
    const gone = [];
    const fresh = [];
    const changed = [];
    for (const id of known.keys()) {
      if (!next.has(id)) {
        gone.push(id);
      }
    }
    for (const [id, make] of next) {
      const sign = signature(id);
      const before = known.get(id);
      if (before === undefined) {
        fresh.push(make());
      } else if (before !== sign) {
        changed.push(make());
      }
      known.set(id, sign);
    }
    gone.forEach((id) => known.delete(id));
    if (gone.length > 0) {
      set.remove(gone);
    }
    if (fresh.length > 0) {
      set.add(fresh);
    }
    if (changed.length > 0) {
      set.update(changed);
    }
  }

  function extra(id) {
    const { kind, at } = groups.describe(id);
    return kind === "more" ? groups.shown(at) : kind === "identifier" && linked.isOpen(at) ? "open" : "";
  }

  function sync() {
    current = groups.view();
    placed = layout.positions(current.nodes);
    arrowAt = new Map(current.arrows.map((arrow) => [arrowId(arrow), arrow]));
    linkAt = new Map(current.links.map((link) => [linkId(link), link]));
    most = current.arrows.reduce((n, arrow) => Math.max(n, arrow.transfers), 1);
    ranked = rankItems();
    const nextNodes = new Map(current.nodes.map((node) => [node, () => drawNode(node)]));
    const nextEdges = new Map([
      ...current.arrows.map((arrow) => [arrowId(arrow), () => drawArrow(arrow)]),
      ...current.links.map((link) => [linkId(link), () => drawLink(link)]),
    ]);
    const place = (id) => placed.at.get(id);
    send(edges, sent.edges, new Map([...nextEdges].filter(([id]) => sent.edges.has(id))), () => "");
    send(nodes, sent.nodes, nextNodes, (id) => `${version} ${place(id).x} ${place(id).y} ${extra(id)}`);
    send(edges, sent.edges, nextEdges, (id) => `${version} ${arrowAt.get(id)?.transfers} ${most} ${current.arrows.length > 60} ${current.links.length > 150}`);
    const busy = current.arrows.length + current.links.length > BUSY;
    network?.setOptions({ interaction: { hideEdgesOnDrag: busy, hideEdgesOnZoom: busy } });
    tell();
  }

  // The numbers under the picture are counted from what is drawn, so that a loss would show.
  function counts() {
    const found = { nodes: current.nodes.length, arrows: current.arrows.length, links: current.links.length, accounts: 0, identifiers: 0, listings: 0 };
    for (const node of current.nodes) {
      const { kind, at } = groups.describe(node);
      if (kind === "identifier" || kind === "listing") {
        found[`${kind}s`] += 1;
      } else {
        found.accounts += kind === "account" ? 1 : groups.list[at].members.length - groups.shown(at);
      }
    }
    found.transfers = current.inside + current.arrows.reduce((n, arrow) => n + arrow.transfers, 0);
    return found;
  }

  function tell() {
    const found = counts();
    const { left, room } = linked.drawn();
    const self = filter.active() ? 0 : data.facts.self_transfers;
    const parts = [format.t("drawn", { nodes: found.nodes, edges: found.arrows, accounts: found.accounts, transfers: found.transfers })];
    if (found.identifiers + found.listings === 0 && found.links > 0) {
      parts.push(format.t("drawn_links", { n: found.links }));
    } else if (found.links + found.identifiers + found.listings > 0) {
      parts.push(format.t("drawn_linked", { links: found.links, identifiers: found.identifiers, listings: found.listings }));
    }
    if (current.idle > 0) {
      parts.push(format.t("drawn_idle", { n: current.idle }));
    }
    if (current.hidden > 0) {
      parts.push(format.t("drawn_hidden", { n: current.hidden }));
    }
    if (self > 0) {
      parts.push(format.t("drawn_self", { n: self }));
    }
    if (left > 0) {
      parts.push(format.t("drawn_left", { n: left }));
    }
    document.getElementById("blank").hidden = current.nodes.length > 0;
    document.getElementById("drawn").replaceChildren(parts.join(" "), left > 0 && room > 0
      ? format.el("span", "", " ", format.button("small", () => { linked.more(); state.tell("shape"); }, format.t("show_more", { n: room }))) : "");
  }

  function discAt(point) {
    return placed.discs.find((disc) => Math.hypot(point.x - disc.x, point.y - disc.y) <= disc.radius);
  }

  function paintDiscs(context) {
    const choice = state.chosen();
    for (const disc of placed.discs) {
      const marked = (choice.kind === "group" || choice.kind === "more") && choice.at === disc.g;
      context.beginPath();
      context.arc(disc.x, disc.y, disc.radius, 0, 2 * Math.PI);
      context.fillStyle = theme.disc;
      context.fill();
      context.lineWidth = (marked ? 2.5 : 1) / network.getScale();
      context.strokeStyle = marked ? theme.accent : theme["group-line"];
      context.stroke();
      if (disc.inner > 0 && disc.radius - disc.inner > 20) {
        // Accounts stand inside, identifiers and listings outside this line.
        context.beginPath();
        context.arc(disc.x, disc.y, disc.inner, 0, 2 * Math.PI);
        context.lineWidth = 0.7 / network.getScale();
        context.strokeStyle = theme.line;
        context.stroke();
      }
    }
  }

  // What may be written, most important first: groups, identifiers and accounts in the order of the model, then arrows by count.
  function rankItems() {
    const kinds = { group: [], more: [], account: [], identifier: [], listing: [] };
    for (const node of current.nodes) {
      const { kind, at } = groups.describe(node);
      kinds[kind].push([node, at]);
    }
    kinds.group.sort((a, b) => a[1] - b[1]);
    const dark = { size: 12.5, weight: 400, colour: theme.ink };
    const pale = { size: 11, weight: 400, colour: theme.ink2 };
    const items = [];
    kinds.group.forEach(([node, g], rank) => {
      const { kind, id, members } = groups.list[g];
      const short = kind === "network" ? format.label(id, 6) : "";
      items.push({ node, lines: [short], ...dark, weight: 600, radius: layout.radius(g), within: layout.radius(g) / (0.4 * short.length + 0.6) });
      const name = groups.name(g);
      const size = tips.size(g);
      const lined = (text) => [...labels.wrap(format.label(text, 44), 22), size];
      const after = name.startsWith(`${id} `) ? name.slice(id.length + 1) : name;
      items.push({
        node, after: lined(after), whole: lined(name), spare: short === "" ? undefined : [short],
        ...dark, weight: 600, last: theme.ink2, below: layout.radius(g), beside: true, spareOver: rank < NAMED,
      });
    });
    for (const [node, g] of kinds.more) {
      items.push({ node, lines: [format.t("more_accounts", { n: groups.list[g].members.length - groups.shown(g) })], ...pale, below: 14 });
    }
    for (const [node, i] of kinds.identifier) {
      items.push({ node, lines: [format.label(linked.identifierName(i), 26)], ...dark, size: 11.5, weight: 600, below: 14 * layout.enlarged(groups.identifierGroup[i]), over: true });
    }
    for (const [node, a] of kinds.account) {
      items.push({ node, lines: labels.wrap(format.label(groups.accountName(a), 40), 20), ...dark, size: 11.5, below: 13, over: groups.list[groups.groupOf[a]].place.get(a) < NAMED });
    }
    for (const [node, l] of kinds.listing) {
      items.push({ node, lines: [format.label(linked.listingName(l), 16)], ...pale, size: 10.5, below: 10 * layout.enlarged(linked.drawn().host.get(l)) });
    }
    const arrows = [...current.arrows].sort((a, b) => b.transfers - a.transfers).slice(0, LABELLED_ARROWS);
    for (const arrow of arrows) {
      items.push({ arrow: arrowId(arrow), ...pale });
    }
    return items;
  }

  function arrowMiddle(id) {
    const edge = network.body.edges[id];
    return edge === undefined || !edge.connected ? null : edge.edgeType.getPoint(0.5, edge.edgeType.getViaNode());
  }

  function paintLabels(context) {
    const scale = network.getScale();
    const centre = network.getViewPosition();
    const reach = { x: container.clientWidth / 2 / scale + 60, y: container.clientHeight / 2 / scale + 60 };
    const inView = ({ x, y }) => Math.abs(x - centre.x) < reach.x && Math.abs(y - centre.y) < reach.y;
    // Words that the edge would cut are not begun.
    const bounds = { top: centre.y * scale - container.clientHeight / 2 + 2, bottom: centre.y * scale + container.clientHeight / 2 - 2 };
    const chosen = nodeOfChoice(state.chosen());
    const items = [];
    const obstacles = [];
    const inscribed = (node) => items.some((item) => item.node === node && item.within !== undefined);
    for (const { g, x, y, radius } of placed.discs) {
      const lines = [format.label(groups.name(g), 44)];
      items.push({ x, y: y - radius - 9 / scale, lines, size: 12.5, weight: 600, colour: theme.ink, owner: -1, always: true });
    }
    for (const item of ranked) {
      if (item.arrow !== undefined) {
        const place = scale > 0.4 || current.arrows.length <= 40 ? arrowMiddle(item.arrow) : null;
        if (place !== null && inView(place)) {
          item.lines ??= [arrowText(arrowAt.get(item.arrow))];
          items.push({ ...item, x: place.x, y: place.y, owner: item.arrow, plate: theme.panel });
        }
        continue;
      }
      const drawn = network.body.nodes[item.node];
      if (drawn === undefined) {
        continue; // between two batches the picture is painted once with the nodes of before
      }
      const { x, y } = drawn;
      const at = { ...item, x, y, owner: item.node };
      if (item.within !== undefined) {
        obstacles.push({ x, y, radius: item.radius, owner: item.node, soft: true });
        if (item.within * scale >= 5.5 && item.lines[0] !== "") {
          items.push({ ...at, size: Math.min(item.size, item.within * scale * 1.6), always: true });
        }
      } else if (item.after !== undefined) {
        items.push(inscribed(item.node) ? { ...at, lines: item.after, spare: undefined } : { ...at, lines: item.whole });
      } else {
        obstacles.push({ x, y, radius: 10, owner: item.node, soft: true });
        items[item.node === chosen ? "unshift" : "push"]({ ...at, always: item.node === chosen });
      }
    }
    labels.paint(context, items, obstacles, { scale, face: theme.face, halo: theme.panel, inView, bounds });
  }

  function showTip(lines, point) {
    tip.replaceChildren(...lines.map((line, i) => format.el("div", i === 0 ? "first" : "", format.el("bdi", "", line))));
    tip.hidden = false;
    const box = container.getBoundingClientRect();
    const left = point.x + 16 + tip.offsetWidth > box.width ? point.x - 16 - tip.offsetWidth : point.x + 16;
    tip.style.left = `${Math.max(4, left)}px`;
    tip.style.top = `${Math.max(4, Math.min(point.y + 12, box.height - tip.offsetHeight - 4))}px`;
  }

  function hideTip() {
    tip.hidden = true;
  }

  function motion() {
    return still.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" };
  }

  // Everything that is drawn, with room for the words around it.
  function fit(animated = true, width = container.clientWidth, height = container.clientHeight) {
    const boxes = [...placed.at].map(([node, { x, y }]) => ({ x, y, r: node >= groups.GROUPS ? 44 : 12 }));
    boxes.push(...placed.discs.map(({ x, y, radius }) => ({ x, y, r: radius })));
    if (boxes.length === 0) {
      return;
    }
    const edge = (pick, sign) => boxes.reduce((reach, box) => Math.max(reach, sign * box[pick] + box.r), -Infinity);
    const [right, left, bottom, top] = [edge("x", 1), -edge("x", -1), edge("y", 1), -edge("y", -1)];
    const scale = Math.min(
      1.25, Math.max(80, width - 130) / (right - left), Math.max(60, height - 104) / (bottom - top));
    network.moveTo({ position: { x: (left + right) / 2, y: (top + bottom) / 2 + 12 / scale }, scale, animation: animated && motion() });
  }

  function look(x, y, reach) {
    const box = container.getBoundingClientRect();
    const scale = Math.min(1.25, Math.max(60, Math.min(box.width, box.height) - 92) / (2 * reach));
    network.moveTo({ position: { x, y }, scale, animation: motion() });
  }

  // Brings a group with its disc into view, or an account with some room around it.
  function focus(choice) {
    const g = choice.kind === "group" || choice.kind === "more" ? choice.at : -1;
    const disc = placed.discs.find((found) => found.g === g);
    if (disc !== undefined) {
      look(disc.x, disc.y, disc.radius);
      return;
    }
    const node = nodeOfChoice(choice);
    const place = placed.at.get(node);
    if (place === undefined) {
      return;
    }
    if (choice.kind !== "identifier" || !linked.isOpen(choice.at)) {
      look(place.x, place.y, choice.kind === "identifier" || choice.kind === "listing" ? 330 : 260);
      return;
    }
    // An identifier with its listings: all of them in view.
    const all = [node, ...linked.contacts(choice.at).map((l) => groups.LISTINGS + l)].map((n) => placed.at.get(n)).filter((found) => found !== undefined);
    const middle = (pick) => (Math.min(...all.map((found) => found[pick])) + Math.max(...all.map((found) => found[pick]))) / 2;
    const [x, y] = [middle("x"), middle("y")];
    look(x, y, all.reduce((reach, found) => Math.max(reach, Math.hypot(found.x - x, found.y - y)), 200) + 60);
  }

  function nodeOfChoice(choice) {
    if (choice.kind === "account") {
      return groups.nodeOf(choice.at);
    }
    if (choice.kind === "group") {
      return groups.GROUPS + choice.at;
    }
    const first = { more: groups.MORE, identifier: groups.IDENTIFIERS, listing: groups.LISTINGS };
    return Object.hasOwn(first, choice.kind) ? first[choice.kind] + choice.at : -1;
  }

  function mark() {
    const choice = state.chosen();
    network.unselectAll();
    if (choice.kind === "flow") {
      const end = (party) => (party.kind === "account" ? groups.nodeOf(party.at) : nodeOfChoice(party));
      const id = `${end(choice.from)}>${end(choice.to)}`;
      if (arrowAt.has(id)) {
        network.selectEdges([id]);
      }
      return;
    }
    if (choice.kind === "ties") {
      const [u, v] = [nodeOfChoice(choice.from), nodeOfChoice(choice.to)];
      network.selectEdges([`${u}=${v}`, `${u}-${v}`].filter((id) => linkAt.has(id)));
      return;
    }
    const node = nodeOfChoice(choice);
    if (placed.at.has(node)) {
      network.setSelection({ nodes: [node], edges: touching(node) }, { highlightEdges: false });
    }
  }

  function touching(node) {
    const at = ({ u, v }) => u === node || v === node;
    return [...current.arrows.filter(at).map(arrowId), ...current.links.filter(at).map(linkId)];
  }

  function choose(node) {
    const choice = groups.describe(node);
    state.choose(choice);
    live.textContent = format.t("moved_to", { what: tips.node(node).slice(0, 2).join(data.words.get("list_comma")) });
  }

  // The nearest node in a direction: distance counts, and twice over what lies to the side.
  function step(dx, dy) {
    const from = nodeOfChoice(state.chosen());
    const start = placed.at.get(from) ?? network.getViewPosition();
    let best = -1;
    let least = Infinity;
    for (const [node, place] of placed.at) {
      const along = (place.x - start.x) * dx + (place.y - start.y) * dy;
      const aside = Math.abs((place.x - start.x) * dy) + Math.abs((place.y - start.y) * dx);
      if (node !== from && along > 0 && along + 2 * aside < least) {
        least = along + 2 * aside;
        best = node;
      }
    }
    if (best >= 0) {
      choose(best);
      const place = placed.at.get(best);
      network.moveTo({ position: place, animation: motion() });
    }
  }

  function zoom(factor) {
    network.moveTo({ scale: Math.min(4, Math.max(0.02, network.getScale() * factor)), animation: motion() });
  }

  function toggle(node) {
    const { kind, at } = groups.describe(node);
    if (kind === "group") {
      state.choose({ kind: "group", at });
      state.unfold(at);
    } else if (kind === "more") {
      state.unfold(at, groups.shown(at) + groups.STEP);
    } else if (kind === "identifier") {
      state.openListings(at, !linked.isOpen(at));
    }
  }

  function enter() {
    const choice = state.chosen();
    if (choice.kind === "group" && groups.isUnfolded(choice.at)) {
      state.fold(choice.at);
    } else if (["group", "more", "identifier"].includes(choice.kind)) {
      toggle(nodeOfChoice(choice));
    }
  }

  function clicked(event) {
    hideTip();
    container.focus({ preventScroll: true });
    if (event.nodes.length > 0) {
      choose(event.nodes[0]);
      return;
    }
    if (event.edges.length > 0) {
      const id = event.edges[0];
      const { u, v } = arrowAt.get(id) ?? linkAt.get(id);
      state.choose({ kind: linkAt.has(id) ? "ties" : "flow", from: groups.describe(u), to: groups.describe(v) });
      return;
    }
    const disc = discAt(event.pointer.canvas);
    state.choose(disc === undefined ? state.HOME : { kind: "group", at: disc.g });
  }

  function doubleClicked(event) {
    const disc = discAt(event.pointer.canvas);
    if (event.nodes.length > 0) {
      toggle(event.nodes[0]);
    } else if (event.edges.length === 0 && disc !== undefined) {
      state.fold(disc.g);
    }
  }

  function start() {
    readTheme();
    network = new vis.Network(container, { nodes, edges }, data.options);
    network.on("beforeDrawing", paintDiscs);
    network.on("afterDrawing", paintLabels);
    network.on("click", clicked);
    network.on("doubleClick", doubleClicked);
    network.on("hoverNode", ({ node, pointer }) => showTip(tips.node(node), pointer.DOM));
    network.on("hoverEdge", ({ edge, pointer }) => showTip(linkAt.has(edge) ? tips.link(linkAt.get(edge)) : tips.arrow(arrowAt.get(edge)), pointer.DOM));
    for (const away of ["blurNode", "blurEdge", "dragStart", "zoom"]) {
      network.on(away, hideTip);
    }
    container.addEventListener("mouseleave", hideTip);
    // A single group has nothing around it: its accounts are the first view.
    if (groups.list.length === 1 && groups.list[0].members.length <= groups.STEP) {
      groups.unfold(0);
    }
    sync();
    fit(false);
  }

  function retheme() {
    readTheme();
    sync();
    network.redraw();
  }

  // On paper everything that is drawn has to fit the width of a sheet; afterwards the view is what it was.
  let view = null;

  function toPaper() {
    view = { position: network.getViewPosition(), scale: network.getScale() };
    retheme();
    fit(false, Math.min(container.clientWidth, 660), 430);
    network.redraw();
  }

  function fromPaper() {
    retheme();
    network.moveTo({ ...view, animation: false });
  }

  return Object.freeze({
    counts, enter, fit, focus, fromPaper, mark, retheme, start, step, sync, toPaper, toggle, zoom,
    shown: () => current,
    placeOf: (node) => network.canvasToDOM(network.getPosition(node)),
    middleOf: (id) => network.canvasToDOM(arrowMiddle(id)),
  });
})();
