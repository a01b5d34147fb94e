// Tables that show a part first and the rest on demand, with columns that can be put in order.
const lists = (() => {
  const PAGE = 100;
  const { el, button, t, whole } = format;

  function ordered(rows, sort, down) {
    const keys = new Map(rows.map((row) => [row, sort.key(row)]));
    const compare = sort.compare ?? ((a, b) => (a < b ? -1 : Number(a > b)));
    return [...rows].sort((a, b) => compare(keys.get(a), keys.get(b)) * (down ? -1 : 1));
  }

  // columns: [{head, cls, cell(row), sort: {key(row), compare}}]; detail(row) opens under a row by its first cell.
  function table({ caption, columns, rows, page = PAGE, detail, openLabel, cls = "", quiet = false }) {
    const box = el("div", `list ${cls}`);
    if (rows.length === 0) {
      box.append(el("p", "quiet", t("nothing")));
      return box;
    }
    const head = el("tr", "");
    const body = el("tbody", "");
    const foot = el("p", "pager");
    let present = rows;
    let shown = 0;
    let order = { column: -1, down: false };

    function line(row) {
      const made = el("tr", "");
      columns.forEach((column, i) => {
        const content = column.cell(row);
        const cell = el(i === 0 ? "th" : "td", column.cls ?? "");
        if (i === 0) {
          cell.scope = "row";
        }
        if (i === 0 && detail) {
          const toggle = button("open", () => unfold(made, toggle, row), content);
          toggle.setAttribute("aria-expanded", "false");
          toggle.setAttribute("aria-description", openLabel);
          cell.append(toggle);
        } else {
          cell.append(content);
        }
        made.append(cell);
      });
      if (detail) {
        made.className = "opens";
        made.addEventListener("click", (event) => {
          if (!event.target.closest("button, a, input")) {
            unfold(made, made.querySelector("button.open"), row);
          }
        });
      }
      return made;
    }

    function unfold(made, toggle, row) {
      const open = toggle.getAttribute("aria-expanded") === "true";
      toggle.setAttribute("aria-expanded", String(!open));
      made.classList.toggle("opened", !open);
      if (open) {
        made.nextSibling.remove();
        return;
      }
      const cell = el("td", "", detail(row));
      cell.colSpan = columns.length;
      made.after(el("tr", "detail", cell));
    }

    function more(count) {
      const next = present.slice(shown, shown + count);
      body.append(...next.map(line));
      shown += next.length;
      const left = present.length - shown;
      foot.replaceChildren();
      if (left > 0) {
        foot.append(
          t("showing", { shown: shown, n: present.length }),
          " ",
          button("small", () => more(page), t("show_more", { n: Math.min(page, left) })),
        );
      } else if (!quiet && present.length > 12) {
        foot.append(t("showing", { shown: shown, n: present.length }));
      }
    }

    function reset() {
      body.replaceChildren();
      shown = 0;
      more(page);
    }

    columns.forEach((column, i) => {
      const cell = el("th", column.cls ?? "");
      cell.scope = "col";
      if (column.sort && rows.length > 2) {
        cell.append(button("sort", () => {
          order = { column: i, down: order.column === i ? !order.down : column.sort.down === true };
          present = ordered(rows, column.sort, order.down);
          for (const other of head.children) {
            other.removeAttribute("aria-sort");
          }
          cell.setAttribute("aria-sort", order.down ? "descending" : "ascending");
          reset();
        }, column.head));
      } else {
        cell.append(column.head);
      }
      head.append(cell);
    });
    reset();
    const made = el("table", "", caption ? el("caption", "unseen", caption) : null, el("thead", "", head), body);
    box.append(made, foot);
    return box;
  }

  // Order of money: by currency first, because amounts of two currencies cannot be compared.
  const byMoney = (amountOf, currencyOf) => ({
    down: true,
    key: (row) => [money.place(currencyOf(row)), money.parse(amountOf(row))],
    compare: (a, b) => b[0] - a[0] || money.order(a[1], b[1]),
  });

  return Object.freeze({ byMoney, table });
})();
