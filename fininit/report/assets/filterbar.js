// The line above the picture: which days, which kinds. A histogram of transfers by week shows where there is something.
const filterbar = (() => {
  const { t } = format;
  const SVG = "http://www.w3.org/2000/svg";
  const WEEK = 7;
  const MOST = 160;
  const place = (id) => document.getElementById(id);
  const from = place("filter-from");
  const to = place("filter-to");
  const weeks = place("weeks");
  const bars = [];
  let firstDay = 0;
  let step = WEEK;

  const number = (day) => Math.round(Date.parse(`${day}T00:00:00Z`) / 86400000);
  const text = (day) => new Date(day * 86400000).toISOString().slice(0, 10);

  function svg(name, attributes) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, String(value));
    }
    return made;
  }

  // Monday of the week of a day; day 0 of the count was a Thursday.
  const monday = (day) => day - ((day + 3) % WEEK + WEEK) % WEEK;

  function build() {
    const days = data.transfers.booking_date.filter((day) => day !== null).map(number);
    if (days.length === 0) {
      return;
    }
    const [low, high] = days.reduce(([a, b], day) => [Math.min(a, day), Math.max(b, day)], [Infinity, -Infinity]);
    firstDay = monday(low);
    step = WEEK * Math.ceil((high - firstDay + 1) / (WEEK * MOST));
    const counts = new Array(Math.floor((high - firstDay) / step) + 1).fill(0);
    days.forEach((day) => { counts[Math.floor((day - firstDay) / step)] += 1; });
    const most = Math.max(...counts);
    weeks.setAttribute("viewBox", `0 0 ${counts.length} 24`);
    counts.forEach((count, i) => {
      const high_ = count === 0 ? 0 : Math.max(2, Math.round((22 * count) / most));
      const bar = svg("rect", { x: i + 0.08, y: 24 - high_, width: 0.84, height: high_ });
      const hit = svg("rect", { class: "hit", x: i, y: 0, width: 1, height: 24 });
      const title = svg("title", {});
      title.textContent = `${text(firstDay + i * step)}: ${t("n_transfers", { n: count })}`;
      hit.append(title);
      weeks.append(bar, hit);
      bars.push(bar);
    });
    for (const input of [from, to]) {
      input.min = text(low);
      input.max = text(high);
    }
  }

  function week(event) {
    const box = weeks.getBoundingClientRect();
    return Math.min(bars.length - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * bars.length)));
  }

  function select(a, b) {
    const [low, high] = a <= b ? [a, b] : [b, a];
    apply({ from: text(firstDay + low * step), to: text(firstDay + (high + 1) * step - 1) });
  }

  function apply(range) {
    state.filterBy(() => filter.set(range));
  }

  // The window of weeks that is chosen, as numbers of bars.
  function window_() {
    const range = filter.range();
    const at = (day) => Math.floor((number(day) - firstDay) / step);
    return [range.from ? Math.max(0, at(range.from)) : 0, range.to ? Math.min(bars.length - 1, at(range.to)) : bars.length - 1];
  }

  function pressed(event) {
    const move = { ArrowLeft: [-1, -1], ArrowRight: [1, 1], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (bars.length === 0 || (move === undefined && event.key !== "Home")) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Home") {
      apply({});
      return;
    }
    const [low, high] = filter.active() ? window_() : [0, Math.min(3, bars.length - 1)];
    const [a, b] = filter.active() ? [low + move[0], high + move[1]] : [low, high];
    if (a >= 0 && b < bars.length && a <= b) {
      select(a, b);
    }
  }

  function show() {
    const range = filter.range();
    [from.value, to.value] = [range.from, range.to];
    const [low, high] = bars.length > 0 ? window_() : [0, 0];
    bars.forEach((bar, i) => bar.setAttribute("class", i >= low && i <= high ? "in" : "out"));
    weeks.setAttribute("aria-valuetext", filter.active() ? t("to", { first: range.from || from.min, last: range.to || to.max }) : t("all_days"));
    for (const kind of filter.KINDS) {
      place(`kind-${kind}`).checked = filter.on(kind);
    }
    place("filter-reset").hidden = !filter.active() && filter.plain();
    place("filter").classList.toggle("active", filter.active());
    const carried = place("filter-carried");
    carried.hidden = !filter.active() || filter.whole();
    carried.textContent = carried.hidden ? "" : t("only_carried", { kept: data.kept.transfers.kept, all: data.kept.transfers.all });
  }

  function start() {
    build();
    weeks.toggleAttribute("hidden", bars.length === 0);
    for (const input of [from, to]) {
      input.addEventListener("change", () => apply({ from: from.value, to: to.value }));
    }
    for (const kind of filter.KINDS) {
      place(`kind-${kind}`).addEventListener("change", () => state.filterBy(() => filter.show(filter.KINDS.filter((one) => place(`kind-${one}`).checked))));
    }
    const gone = { identifiers: data.identifiers.height === 0, listings: data.listings.height === 0, links: data.links.height === 0 };
    for (const [kind, missing] of Object.entries(gone)) {
      place(`kind-${kind}`).closest("label").hidden = missing;
    }
    place("filter-reset").addEventListener("click", () => state.filterBy(() => filter.reset()));
    let began = -1;
    weeks.addEventListener("pointerdown", (event) => {
      began = week(event);
      weeks.setPointerCapture(event.pointerId);
    });
    weeks.addEventListener("pointerup", (event) => {
      if (began >= 0) {
        select(began, week(event));
      }
      began = -1;
    });
    weeks.addEventListener("keydown", pressed);
    show();
  }

  return Object.freeze({ show, start });
})();
