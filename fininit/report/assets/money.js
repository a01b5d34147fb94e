// Sums of amounts, exact: text in, whole numbers of the smallest stated unit, text out. Currencies stay apart.
const money = (() => {
  function parse(text) {
    const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    if (parts === null) {
      throw new Error("amount");
    }
    const decimals = parts[3] ?? "";
    return { units: BigInt(parts[1] + parts[2] + decimals), scale: decimals.length };
  }

  function write(units, scale) {
    const negative = units < 0n;
    const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
    const point = digits.length - scale;
    return (negative ? "-" : "") + digits.slice(0, point) + (scale > 0 ? `.${digits.slice(point)}` : "");
  }

  const places = new Map(data.totals.currency.map((currency, at) => [currency, at]));
  const place = (currency) => places.get(currency) ?? places.size;

  function inOrder(rows) {
    return rows.sort((a, b) => place(a.currency) - place(b.currency) || (a.currency < b.currency ? -1 : 1));
  }

  // Counts and sums by currency, in the order of the currencies of the whole case.
  function sums() {
    const by = new Map();
    return {
      add(currency, text, transfers) {
        const { units, scale } = parse(text);
        const sum = by.get(currency);
        if (sum === undefined) {
          by.set(currency, { units, scale, transfers });
          return;
        }
        if (scale > sum.scale) {
          sum.units *= 10n ** BigInt(scale - sum.scale);
          sum.scale = scale;
        }
        sum.units += units * 10n ** BigInt(sum.scale - scale);
        sum.transfers += transfers;
      },
      rows() {
        return inOrder([...by]
          .map(([currency, sum]) => ({ currency, transfers: sum.transfers, amount: write(sum.units, sum.scale) })));
      },
    };
  }

  // Orders parsed amounts by size without ever making a float of them.
  function order(a, b) {
    const scale = Math.max(a.scale, b.scale);
    const left = a.units * 10n ** BigInt(scale - a.scale);
    const right = b.units * 10n ** BigInt(scale - b.scale);
    return left < right ? -1 : Number(left > right);
  }

  return Object.freeze({ inOrder, order, parse, place, sums, write });
})();
