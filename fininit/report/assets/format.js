// Words, numbers, text of others made safe to look at, and the one way to make elements.
const format = (() => {
  const LABEL = 30;
  const INLINE = 90;
  const BLOCK = 1200;
  const plural = new Intl.PluralRules(data.words.get("lang"));
  const separator = data.words.get("thousands");
  const comma = data.words.get("list_comma");

  // The same characters as in visible.py: what is not seen, and what moves or joins its neighbours.
  const HIDDEN = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Zs}\p{Noncharacter_Code_Point}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8\u{e0000}-\u{e0fff}]/gu;

  function grouped(digits) {
    return digits.replace(/\B(?=(\d{3})+$)/g, separator);
  }

  function whole(n) {
    return n === null ? "" : grouped(String(n));
  }

  function amount(text) {
    const parts = /^(-?)(\d+)(\.\d+)?$/.exec(text);
    return parts === null ? text : parts[1] + grouped(parts[2]) + (parts[3] ?? "");
  }

  function pattern(key, n) {
    const found = data.words.get(key);
    if (found === undefined) {
      throw new Error(key);
    }
    return Array.isArray(found) ? found[plural.select(n) === "one" ? 0 : 1] : found;
  }

  // Words with braces filled in by text.
  function t(key, values = {}) {
    return pattern(key, values.n).replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? whole(values[name]) : String(values[name])));
  }

  // The same, filled in by elements.
  function rich(key, values) {
    const fragment = document.createDocumentFragment();
    pattern(key, values.n).split(/\{(\w+)\}/).forEach((part, i) => {
      fragment.append(i % 2 === 1 ? values[part] : part);
    });
    return fragment;
  }

  function term(family, code) {
    const found = data.words.get(`term.${family}.${code}`);
    return found === undefined ? inline(code) : found;
  }

  // The same as plain text, for the canvas and for names of controls.
  function word(family, code) {
    return data.words.get(`term.${family}.${code}`) ?? plain(code);
  }

  function mark(char) {
    return `[U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`;
  }

  // The first `limit` code units, never half a pair, and how many characters follow.
  function cut(text, limit) {
    if (text.length <= limit) {
      return { shown: text, rest: 0 };
    }
    const end = text.codePointAt(limit - 1) > 0xffff ? limit + 1 : limit;
    return { shown: text.slice(0, end), rest: Array.from(text.slice(end)).length };
  }

  // For canvas and names of controls: one line of plain text.
  function plain(text, limit = LABEL) {
    const { shown, rest } = cut(String(text), limit);
    const marked = shown.replace(HIDDEN, mark);
    return rest > 0 ? `${marked}\u2026 ${t("characters_more", { n: rest })}` : marked;
  }

  // For labels under nodes: cut without a count, the panel has it all.
  function label(text, limit = LABEL) {
    const { shown, rest } = cut(String(text), limit);
    return rest > 0 ? `${shown.trimEnd().replace(HIDDEN, mark)}\u2026` : shown.replace(HIDDEN, mark);
  }

  function el(tag, cls, ...children) {
    const made = document.createElement(tag);
    if (cls) {
      made.className = cls;
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  function button(cls, act, ...children) {
    const made = el("button", cls, ...children);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  function marked(shown) {
    const box = document.createDocumentFragment();
    let from = 0;
    for (const found of shown.matchAll(HIDDEN)) {
      box.append(shown.slice(from, found.index), el("span", "ctrl", mark(found[0])));
      from = found.index + found[0].length;
    }
    box.append(shown.slice(from));
    return box;
  }

  // Isolated text of the case on one line.
  function inline(text, limit = INLINE) {
    const { shown, rest } = cut(String(text), limit);
    const made = el("bdi", "", marked(shown));
    if (rest > 0) {
      made.append(el("span", "ctrl", `\u2026${t("characters_more", { n: rest })}`));
    }
    return made;
  }

  // Isolated text of the case that can be seen in full.
  function block(text, limit = BLOCK) {
    const value = String(text);
    const made = el("bdi", "", marked(cut(value, limit).shown));
    const { rest } = cut(value, limit);
    if (rest === 0) {
      return made;
    }
    let full = false;
    const toggle = button("small", () => {
      full = !full;
      made.replaceChildren(marked(full ? value : cut(value, limit).shown));
      toggle.textContent = full ? t("show_less_text") : t("show_all_text", { n: rest });
    }, t("show_all_text", { n: rest }));
    return el("span", "block", made, " ", toggle);
  }

  function money(text, currency) {
    return el("span", "money", el("span", "digits", amount(text)), " ", el("span", "currency", inline(currency, 12)));
  }

  function list(parts) {
    return parts.join(comma);
  }

  function period(first, last) {
    if (!first || !last) {
      return t("not_stated");
    }
    return first === last ? first : t("to", { first, last });
  }

  // Share "0.123456789" as per cent, by moving the point in the text; a share above zero never reads as nought.
  function percent(share) {
    const parts = /^(\d+)(?:\.(\d+))?$/.exec(share);
    if (parts === null) {
      return share;
    }
    const decimals = (parts[2] ?? "").padEnd(2, "0");
    const front = (parts[1] + decimals.slice(0, 2)).replace(/^0+(?=\d)/, "");
    const tail = decimals.slice(2);
    const leading = /^0*/.exec(tail)[0].length;
    const kept = front === "0" ? tail.slice(0, leading + 2) : tail.slice(0, 1);
    return /[1-9]/.test(kept) ? `${front}.${kept}` : front;
  }

  return Object.freeze({
    amount, block, button, cut, el, inline, label, list, mark, money, percent, period, plain, rich, t, term, whole, word,
  });
})();
