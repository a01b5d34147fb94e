// Where things stand: the model's whole numbers, spread so that nothing covers anything, and the same each time.
const layout = (() => {
  const GROUP_GAP = 84;
  const WIDER = 1.45; // a window is wider than high
  const MEMBER_GAP = 60;
  const CROWD = 60; // accounts from which on they stand closer
  const { accounts, networks } = data;

  // Median distance to the nearest neighbour, from a sample in table order.
  function spacing(xs, ys) {
    const n = xs.length;
    const step = Math.max(1, Math.floor(n / 200));
    const found = [];
    for (let i = 0; i < n; i += step) {
      let best = Infinity;
      for (let j = 0; j < n; j += 1) {
        if (j !== i) {
          best = Math.min(best, (xs[i] - xs[j]) ** 2 + (ys[i] - ys[j]) ** 2);
        }
      }
      if (best > 0 && best < Infinity) {
        found.push(Math.sqrt(best));
      }
    }
    found.sort((a, b) => a - b);
    return found.length > 0 ? found[found.length >> 1] : 0;
  }

  // Pushes points apart until each pair keeps its distance, looking only at neighbours on a grid.
  function separate(xs, ys, radii, gap, rounds) {
    const n = xs.length;
    const cell = 2 * Math.max(...radii, 0) + gap;
    for (let round = 0; round < rounds; round += 1) {
      const grid = new Map();
      for (let i = 0; i < n; i += 1) {
        const key = Math.floor(xs[i] / cell) * 1048576 + Math.floor(ys[i] / cell);
        const there = grid.get(key);
        if (there === undefined) {
          grid.set(key, [i]);
        } else {
          there.push(i);
        }
      }
      let moved = false;
      for (let i = 0; i < n; i += 1) {
        const cx = Math.floor(xs[i] / cell);
        const cy = Math.floor(ys[i] / cell);
        for (let gx = cx - 1; gx <= cx + 1; gx += 1) {
          for (let gy = cy - 1; gy <= cy + 1; gy += 1) {
            for (const j of grid.get(gx * 1048576 + gy) ?? []) {
              if (j <= i) {
                continue;
              }
              const want = radii[i] + radii[j] + gap;
              let dx = xs[j] - xs[i];
              let dy = ys[j] - ys[i];
              let distance = Math.hypot(dx, dy);
              if (distance >= want) {
                continue;
              }
              if (distance < 0.01) {
                const angle = (i * 31 + j * 17) % 64;
                dx = Math.cos(angle);
                dy = Math.sin(angle);
                distance = 1;
              }
              const push = (want - Math.hypot(xs[j] - xs[i], ys[j] - ys[i])) / 2 + 0.5;
              xs[i] -= (dx / distance) * push;
              ys[i] -= (dy / distance) * push;
              xs[j] += (dx / distance) * push;
              ys[j] += (dy / distance) * push;
              moved = true;
            }
          }
        }
      }
      if (!moved) {
        return;
      }
    }
  }

  function sunflower(n, gap) {
    const xs = new Float64Array(n);
    const ys = new Float64Array(n);
    for (let i = 0; i < n; i += 1) {
      const radius = gap * 0.62 * Math.sqrt(i);
      xs[i] = radius * Math.cos(i * 2.399963229728653);
      ys[i] = radius * Math.sin(i * 2.399963229728653);
    }
    return { xs, ys };
  }

  function spread(xs, ys, radii, gap, rounds) {
    const present = spacing(xs, ys);
    if (present === 0 && xs.length > 1) {
      const flower = sunflower(xs.length, gap + 2 * radii[0]);
      return flower;
    }
    const wanted = gap + 2 * (radii.length > 0 ? radii.reduce((a, b) => a + b, 0) / radii.length : 0);
    const scale = present > 0 ? wanted / present : 1;
    for (let i = 0; i < xs.length; i += 1) {
      xs[i] *= scale;
      ys[i] *= scale;
    }
    separate(xs, ys, radii, gap, rounds);
    return { xs, ys };
  }

  const largest = Math.max(1, ...groups.list.map((group) => group.members.length));
  const radius = (g) => Math.round(15 + 27 * Math.sqrt(groups.list[g].members.length / largest));

  // Centres of the folded groups. Those that the model has no place for stand in a row below.
  const centres = (() => {
    const placed = groups.list.filter((group) => group.row >= 0);
    const xs = Float64Array.from(placed, (group) => (networks.x[group.row] ?? 0) * WIDER);
    const ys = Float64Array.from(placed, (group) => (networks.y[group.row] ?? 0) / WIDER);
    const found = spread(xs, ys, placed.map((group) => radius(group.at)), GROUP_GAP, 60);
    const at = groups.list.map(() => ({ x: 0, y: 0 }));
    let [left, right, bottom] = [0, 0, 0];
    placed.forEach((group, i) => {
      at[group.at] = { x: Math.round(found.xs[i]), y: Math.round(found.ys[i]) };
      left = Math.min(left, at[group.at].x);
      right = Math.max(right, at[group.at].x);
      bottom = Math.max(bottom, at[group.at].y + radius(group.at));
    });
    groups.list.filter((group) => group.row < 0).forEach((group, i, all) => {
      const x = (left + right) / 2 + (i - (all.length - 1) / 2) * 260;
      at[group.at] = { x: Math.round(x), y: placed.length > 0 ? bottom + 130 : 0 };
    });
    return at;
  })();

  const discs = new Map();

  // Places of the accounts of an expanded group around its centre, and the radius of the disc they fill.
  function disc(g) {
    const count = groups.shown(g);
    const known = discs.get(g);
    if (known !== undefined && known.count === count) {
      return known;
    }
    const members = groups.list[g].members.slice(0, count);
    if (count === 0) {
      return { count, xs: [], ys: [], radius: 0 };
    }
    let xs = Float64Array.from(members, (a) => accounts.x[a] ?? 0);
    let ys = Float64Array.from(members, (a) => accounts.y[a] ?? 0);
    ({ xs, ys } = spread(xs, ys, members.map(() => 11), count > CROWD ? MEMBER_GAP * 0.66 : MEMBER_GAP, 40));
    const middleX = (Math.min(...xs) + Math.max(...xs)) / 2;
    const middleY = (Math.min(...ys) + Math.max(...ys)) / 2;
    let reach = 0;
    for (let i = 0; i < count; i += 1) {
      xs[i] = Math.round(xs[i] - middleX);
      ys[i] = Math.round(ys[i] - middleY);
      reach = Math.max(reach, Math.hypot(xs[i], ys[i]));
    }
    const made = { count, xs, ys, radius: Math.round(reach + 56) };
    discs.set(g, made);
    return made;
  }

  // In a wide disc, seen from afar, few things have to be larger to be seen at all.
  const enlarged = (g) => Math.max(1, Math.min(2.2, disc(g).radius / 420));

  const IDENTIFIER_GAP = 64;
  const LISTING_GAP = 34;
  const ROW = 30;

  // The direction of the identifier that most of the same listings print.
  function beside(i, stated) {
    const counts = new Map();
    for (const l of linked.contacts(i)) {
      for (const k of data.linksOf.listing(l)) {
        const other = data.linkB[k];
        if (data.links.kind[k] === "contact" && other !== i && stated(other) !== null) {
          counts.set(other, (counts.get(other) ?? 0) + 1);
        }
      }
    }
    const best = [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a), [-1, 0])[0];
    return best < 0 ? null : stated(best);
  }

  // Identifiers on rings around the accounts, in the directions that the model gives them; evenly where it gives none.
  function rings(found, inner, gap) {
    const { x, y } = data.identifiers;
    const turn = 2 * Math.PI;
    const stated = (i) => (x[i] || y[i] ? Math.atan2(y[i], x[i]) : null);
    const aimed = found.map((i, n) => stated(i) ?? beside(i, stated) ?? (turn * n) / found.length - Math.PI);
    const order = found.map((_, n) => n).sort((a, b) => aimed[a] - aimed[b] || a - b);
    const last = [];
    const first = [];
    const made = [];
    for (const n of order) {
      let ring = 0;
      const radius = () => inner + ring * gap;
      const free = () => last[ring] === undefined
        || (aimed[n] - last[ring] >= gap / radius() && first[ring] + turn - aimed[n] >= gap / radius());
      while (!free()) {
        ring += 1;
      }
      first[ring] ??= aimed[n];
      last[ring] = aimed[n];
      made[n] = { angle: aimed[n], radius: radius() };
    }
    return made;
  }

  // Listings in a block outside the identifier that they print, no wider than the way to the next one's block.
  function blocks(byHome, angleOf, inner, large) {
    const turn = 2 * Math.PI;
    // Identifiers in one direction share a block.
    const homes = new Map();
    let last = null;
    for (const home of [...byHome.keys()].sort((a, b) => angleOf(a) - angleOf(b) || a - b)) {
      if (last !== null && angleOf(home) - angleOf(last) < 0.03) {
        homes.get(last).push(...byHome.get(home));
      } else {
        homes.set(home, [...byHome.get(home)]);
        last = home;
      }
    }
    const all = [...homes.keys()];
    const made = new Map();
    all.forEach((home, n) => {
      const angle = angleOf(home);
      const before = all.length > 1 ? (angle - angleOf(all[(n + all.length - 1) % all.length]) + turn) % turn : turn;
      const after = all.length > 1 ? (angleOf(all[(n + 1) % all.length]) - angle + turn) % turn : turn;
      const rows = homes.get(home);
      const wide = Math.floor((Math.min(before, after) * inner) / (LISTING_GAP * large));
      const columns = Math.max(1, Math.min(wide, Math.ceil(Math.sqrt(rows.length) * 1.7)));
      rows.forEach((listing, i) => {
        const row = Math.floor(i / columns);
        const inRow = Math.min(columns, rows.length - row * columns);
        const radius = inner + row * ROW * large;
        const along = ((i % columns) - (inRow - 1) / 2) * ((LISTING_GAP * large) / inner);
        made.set(listing, { angle: angle + along, radius });
      });
    });
    return made;
  }

  // Places of the identifiers and listings of an expanded group around its centre, and how far they reach.
  function around(g) {
    const { identifiers, listings, host } = linked.drawn();
    const large = enlarged(g);
    const mine = identifiers.filter((i) => groups.identifierGroup[i] === g);
    const printed = listings.filter((l) => host.get(l) === g);
    const inner = disc(g).radius;
    const at = new Map();
    let reach = inner;
    const put = (node, { angle, radius }, size) => {
      at.set(node, { x: Math.round(radius * Math.cos(angle)), y: Math.round(radius * Math.sin(angle)) });
      reach = Math.max(reach, radius + size);
    };
    const spots = rings(mine, Math.max(inner + 30 + 22 * large, 90), IDENTIFIER_GAP * large);
    mine.forEach((i, n) => put(groups.IDENTIFIERS + i, spots[n], 30 + 22 * large));
    const there = new Set(mine.map((i) => groups.IDENTIFIERS + i));
    const angles = new Map(mine.map((i, n) => [i, spots[n].angle]));
    const homes = new Map();
    for (const l of printed) {
      const home = linked.homeOf(l, there);
      // Without a drawn identifier the model's own direction is all there is; such listings stand side by side.
      const key = home >= 0 ? home : -1 - (Math.round(Math.atan2(data.listings.y[l], data.listings.x[l]) * 8) + 32);
      if (!homes.has(key)) {
        homes.set(key, []);
        angles.set(key, angles.get(key) ?? (-1 - key - 32) / 8);
      }
      homes.get(key).push(l);
    }
    for (const [l, spot] of blocks(homes, (home) => angles.get(home), reach + 24 + 10 * large, large)) {
      put(groups.LISTINGS + l, spot, 24 * large);
    }
    return { at, reach, inner };
  }

  // Expanded groups push the others outward along the line between the centres, so that nobody changes sides.
  function positions(nodes) {
    const open = groups.unfolded();
    const rim = new Map(open.map((g) => [g, around(g)]));
    const centre = centres.map((from, g) => {
      let { x, y } = from;
      for (const o of open) {
        if (o === g) {
          continue;
        }
        const dx = from.x - centres[o].x;
        const dy = from.y - centres[o].y;
        const distance = Math.hypot(dx, dy) || 1;
        const push = Math.max(0, rim.get(o).reach - radius(o));
        x += (dx / distance) * push;
        y += (dy / distance) * push;
      }
      return { x: Math.round(x), y: Math.round(y) };
    });
    const at = new Map();
    for (const node of nodes) {
      const { kind, at: row } = groups.describe(node);
      if (kind === "account") {
        const g = groups.groupOf[row];
        const i = groups.list[g].place.get(row);
        at.set(node, { x: centre[g].x + disc(g).xs[i], y: centre[g].y + disc(g).ys[i] });
      } else if (kind === "group") {
        at.set(node, centre[row]);
      } else if (kind === "more") {
        at.set(node, { x: centre[row].x, y: centre[row].y + disc(row).radius });
      }
    }
    for (const [g, { at: places }] of rim) {
      for (const [node, { x, y }] of places) {
        at.set(node, { x: centre[g].x + x, y: centre[g].y + y });
      }
    }
    const discs = open.map((g) => ({ g, x: centre[g].x, y: centre[g].y, radius: Math.max(rim.get(g).reach, 60), inner: rim.get(g).inner }));
    return { at, discs };
  }

  return Object.freeze({ enlarged, positions, radius });
})();
