// Which days and which kinds are shown. Sums of a part of the time are made anew from the transfers that the page carries.
const filter = (() => {
  const KINDS = Object.freeze(["accounts", "identifiers", "listings", "links", "money"]);
  const FIRST = Object.freeze(["accounts", "identifiers", "links", "money"]);
  const { edges, transfers } = data;
  const DAY = /^\d{4}-\d{2}-\d{2}$/;
  let range = { from: "", to: "" };
  let shown = new Set(FIRST);
  let part = null;

  const active = () => range.from !== "" || range.to !== "";

  // A day is text of fixed width, so that text order is the order of time.
  function within(day) {
    return !active() || (day !== null && (range.from === "" || day >= range.from) && (range.to === "" || day <= range.to));
  }

  // A span with an open end has no day on that side; one without any day cannot be placed in time.
  function overlaps(first, last) {
    if (!active()) {
      return true;
    }
    if (first === null && last === null) {
      return false;
    }
    return (range.to === "" || first === null || first <= range.to) && (range.from === "" || last === null || last >= range.from);
  }

  let ofTransfer = null;

  // The edge that each carried transfer is counted in.
  function edgeOf(at) {
    if (ofTransfer === null) {
      const known = new Map();
      for (let e = 0; e < edges.height; e += 1) {
        known.set(`${data.edgeFrom[e]} ${data.edgeTo[e]} ${edges.currency[e]}`, e);
      }
      ofTransfer = Int32Array.from({ length: transfers.height }, (_, i) =>
        known.get(`${data.transferFrom[i]} ${data.transferTo[i]} ${transfers.currency[i]}`) ?? -1);
    }
    return ofTransfer[at];
  }

  function counted() {
    if (part !== null) {
      return part;
    }
    const count = new Int32Array(edges.height);
    const sums = new Map();
    for (let at = 0; at < transfers.height; at += 1) {
      const e = within(transfers.booking_date[at]) ? edgeOf(at) : -1;
      if (e >= 0) {
        count[e] += 1;
        if (!sums.has(e)) {
          sums.set(e, money.sums());
        }
        sums.get(e).add(edges.currency[e], transfers.amount[at], 1);
      }
    }
    part = { count, sums };
    return part;
  }

  function set(next) {
    const day = (text) => (DAY.test(text ?? "") ? text : "");
    range = { from: day(next.from), to: day(next.to) };
    part = null;
  }

  return Object.freeze({
    KINDS, active, overlaps, set, within,
    range: () => range,
    // Transfers of an edge and their sum, in the days that are shown.
    count: (e) => (active() ? counted().count[e] : edges.transfers[e]),
    amount: (e) => (active() ? counted().sums.get(e)?.rows()[0].amount ?? "0" : edges.amount[e]),
    on: (kind) => shown.has(kind),
    kinds: () => KINDS.filter((kind) => shown.has(kind)),
    plain: () => KINDS.every((kind) => shown.has(kind) === FIRST.includes(kind)),
    show(kinds) {
      shown = new Set(KINDS.filter((kind) => kinds.includes(kind)));
    },
    reset() {
      set({});
      shown = new Set(FIRST);
    },
    // Sums by day need every transfer; where the page carries a part, they are of that part.
    whole: () => data.kept.transfers.kept === data.kept.transfers.all,
    undated: () => transfers.booking_date.reduce((n, day) => n + Number(day === null), 0),
  });
})();
