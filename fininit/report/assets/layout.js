// Where things stand: the model's whole numbers, spread so that nothing covers anything, and the same each time.
const layout = (() => {
  const GROUP_GAP = 84;
  const WIDER = 1.3; // a window is wider than high
  const MEMBER_GAP = 60;
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
    let xs = Float64Array.from(members, (a) => accounts.x[a] ?? 0);
    let ys = Float64Array.from(members, (a) => accounts.y[a] ?? 0);
    ({ xs, ys } = spread(xs, ys, members.map(() => 11), MEMBER_GAP, 40));
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

  // Expanded groups push the others outward along the line between the centres, so that nobody changes sides.
  function positions(nodes) {
    const open = groups.unfolded();
    const centre = centres.map((from, g) => {
      let { x, y } = from;
      for (const o of open) {
        if (o === g) {
          continue;
        }
        const dx = from.x - centres[o].x;
        const dy = from.y - centres[o].y;
        const distance = Math.hypot(dx, dy) || 1;
        const push = Math.max(0, disc(o).radius - radius(o));
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
      } else {
        at.set(node, { x: centre[row].x, y: centre[row].y + disc(row).radius });
      }
    }
    const open_discs = open.map((g) => ({ g, x: centre[g].x, y: centre[g].y, radius: disc(g).radius }));
    return { at, discs: open_discs };
  }

  return Object.freeze({ positions, radius });
})();
