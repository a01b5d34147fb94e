// Words in the picture: always the same size on screen, the important ones first, none over another.
const labels = (() => {
  const CELL = 72;
  const widths = new Map();

  function width(context, font, text) {
    const key = `${font}|${text}`;
    let found = widths.get(key);
    if (found === undefined) {
      if (widths.size > 20000) {
        widths.clear();
      }
      context.font = font;
      found = context.measureText(text).width;
      widths.set(key, found);
    }
    return found;
  }

  // One or two lines of about `most` characters, broken between words.
  function wrap(text, most) {
    if (text.length <= most) {
      return [text];
    }
    const at = text.lastIndexOf(" ", most);
    if (at <= 0) {
      return [format.label(text, most)];
    }
    return [text.slice(0, at), format.label(text.slice(at + 1), most)];
  }

  function space() {
    const cells = new Map();
    const each = (box, visit) => {
      for (let x = Math.floor(box.left / CELL); x <= Math.floor(box.right / CELL); x += 1) {
        for (let y = Math.floor(box.top / CELL); y <= Math.floor(box.bottom / CELL); y += 1) {
          if (visit(x * 65536 + y)) {
            return true;
          }
        }
      }
      return false;
    };
    return {
      free: (box, item) => !each(box, (key) => (cells.get(key) ?? []).some((other) => other.owner !== item.owner && !(other.soft && item.over)
        && box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom)),
      take(box, owner, soft = false) {
        each(box, (key) => {
          const there = cells.get(key);
          const entry = { ...box, owner, soft };
          if (there === undefined) {
            cells.set(key, [entry]);
          } else {
            there.push(entry);
          }
          return false;
        });
      },
    };
  }

  // Where lines fit: below their node, else above it, else beside it where that is allowed, else nowhere; without a node, around their place.
  function fitted(context, item, lines, scale, face, taken, bounds) {
    const font = `${item.weight} ${item.size}px ${face}`;
    const wide = Math.max(...lines.map((line) => width(context, font, line)));
    const high = lines.length * item.size * 1.2;
    const middle = item.x * scale;
    const spots = [{ x: middle, top: item.y * scale - high / 2 }];
    if (item.below !== undefined) {
      const away = item.below * scale + 3;
      spots[0].top = item.y * scale + away;
      spots.push({ x: middle, top: item.y * scale - away - high });
      if (item.beside) {
        const side = away + wide / 2 + 3;
        spots.push({ x: middle - side, top: item.y * scale - high / 2 }, { x: middle + side, top: item.y * scale - high / 2 });
      }
    }
    const around = ({ x, top }) => ({ left: x - wide / 2 - 2, right: x + wide / 2 + 2, top, bottom: top + high });
    const fits = (spot) => spot.top >= bounds.top && spot.top + high <= bounds.bottom && taken.free(around(spot), item);
    const spot = item.always ? spots[0] : spots.find(fits);
    return spot === undefined ? null : { lines, ...spot, box: around(spot) };
  }

  // items: {x, y, lines, spare, size, weight, colour, owner, below}; places are the picture's, sizes are the screen's.
  function paint(context, items, obstacles, { scale, face, halo, inView, bounds }) {
    const taken = space();
    for (const { x, y, radius, owner, soft } of obstacles) {
      const r = radius * scale;
      taken.take({ left: x * scale - r, right: x * scale + r, top: y * scale - r, bottom: y * scale + r }, owner, soft);
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    for (const item of items) {
      if (!inView(item)) {
        continue;
      }
      const found = fitted(context, item, item.lines, scale, face, taken, bounds)
        ?? (item.spare && fitted(context, { ...item, over: item.spareOver }, item.spare, scale, face, taken, bounds));
      if (!found) {
        continue;
      }
      const { lines, box, top, x } = found;
      taken.take(box, item.owner);
      if (item.plate) {
        context.fillStyle = item.plate;
        context.fillRect(box.left / scale, box.top / scale, (box.right - box.left) / scale, (box.bottom - box.top) / scale);
      }
      lines.forEach((line, i) => {
        const pale = item.last !== undefined && lines === item.lines && i === lines.length - 1;
        context.font = `${pale ? 400 : item.weight} ${item.size / scale}px ${face}`;
        const at = (top + i * item.size * 1.2) / scale;
        if (halo) {
          context.lineWidth = 3.5 / scale;
          context.strokeStyle = halo;
          context.strokeText(line, x / scale, at);
        }
        context.fillStyle = pale ? item.last : item.colour;
        context.fillText(line, x / scale, at);
      });
    }
  }

  return Object.freeze({ paint, wrap });
})();
