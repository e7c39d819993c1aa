'use strict';
// Tables sort by any column, filter by any words, and copy as CSV or Markdown what they then show. Each row links to
// itself.

(() => {
  const TO_FILTER = 10; // rows from which on a table has a field to filter by
  const TO_SORT = 3;

  /** The number that a cell sorts by, none where it holds words; '40 of 100 (31–50 %)' counts as 0.4, '1/2' as 0.5. */
  function numberOf(text) {
    const plain = text.replace(/−/g, '-').replace(/(\d),(?=\d{3})/g, '$1').trim();
    const found = /^[<>≤≥≈]?\s*(-?\d*\.?\d+(?:e-?\d+)?)(?:(?:\s+of\s+|\/)(\d*\.?\d+))?(?=$|[\s(%])/i.exec(plain);
    if (!found) return null;
    return Number(found[1]) / Number(found[2] || 1);
  }

  const textOf = (cell) => cell.textContent.trim().replace(/\s+/g, ' ');

  /** Compare two cells: numbers before words, cells without an entry last. */
  function compare(one, other) {
    const empty = (text) => Number(/^[–—-]?$/.test(text));
    const [first, second] = [numberOf(one), numberOf(other)];
    if (empty(one) || empty(other)) return { last: empty(one) - empty(other) };
    if (first !== null && second !== null) return { order: first - second };
    if (first !== null || second !== null) return { order: first === null ? 1 : -1 };
    return { order: one.localeCompare(other, 'en', { numeric: true }) };
  }

  /** Make the headings of a table buttons that sort: up, down, as it was. */
  function sortable(table, rows) {
    const [headings, body] = [[...table.tHead.rows[0].cells], table.tBodies[0]];
    const next = { none: 'ascending', ascending: 'descending', descending: 'none' };
    headings.forEach((heading, place) => {
      if (!textOf(heading)) return;
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      heading.append(button);
      heading.setAttribute('aria-sort', 'none');
      button.addEventListener('click', () => {
        const way = next[heading.getAttribute('aria-sort')];
        for (const each of headings) if (each.ariaSort) each.ariaSort = each === heading ? way : 'none';
        const sign = way === 'descending' ? -1 : 1;
        const keys = new Map(rows.map((row) => [row, textOf(row.cells[place])]));
        const sorted = [...rows].sort((one, other) => {
          const { last = 0, order = 0 } = compare(keys.get(one), keys.get(other));
          return last || sign * order;
        });
        body.append(...(way === 'none' ? rows : sorted));
      });
    });
  }

  /** Make a field that hides the rows without all of its words, and says how many are left. */
  function filter(rows, name) {
    const field = document.createElement('input');
    field.type = 'search';
    field.placeholder = 'Filter rows';
    field.setAttribute('aria-label', `Filter the rows of ${name}`);
    const count = document.createElement('span');
    count.className = 'count';
    count.setAttribute('role', 'status');
    field.addEventListener('input', () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
      }
      const left = rows.filter((row) => !row.hidden).length;
      count.textContent = words.length ? `${left} of ${rows.length} rows` : '';
    });
    return [field, count];
  }

  /** What a table shows now, its headings first. */
  function shown(table) {
    const rows = [table.tHead.rows[0], ...[...table.tBodies[0].rows].filter((row) => !row.hidden)];
    return rows.map((row) => [...row.cells].map(textOf));
  }

  const quoted = (text) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const asCsv = (table) => shown(table).map((row) => row.map(quoted).join(',')).join('\n') + '\n';

  function asMarkdown(table) {
    const [headings, ...rows] = shown(table).map((row) => row.map((text) => text.replace(/\|/g, '\\|')));
    const rule = [...table.tHead.rows[0].cells].map((cell) => (cell.classList.contains('num') ? '---:' : '---'));
    return [headings, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n') + '\n';
  }

  /** Make what names a row a link to the row, unless it holds one already. */
  function linkable(row) {
    const name = [...row.cells].find((cell) => cell.tagName === 'TH' && textOf(cell));
    if (!row.id || !name || name.querySelector('a')) return;
    const link = document.createElement('a');
    link.className = 'itself';
    link.href = `#${row.id}`;
    link.append(...name.childNodes);
    name.append(link);
  }

  function tools(...parts) {
    const made = document.createElement('div');
    made.className = 'tools';
    made.append(...parts);
    return made;
  }

  for (const table of document.querySelectorAll('figure table')) {
    if (!table.tHead || !table.tBodies.length) continue;
    const rows = [...table.tBodies[0].rows];
    const label = table.closest('figure').querySelector('figcaption strong');
    const name = label ? textOf(label).replace(/\.$/, '') : 'this table';
    const scroll = table.closest('.scroll');
    if (rows.length >= TO_FILTER) scroll.before(tools(...filter(rows, name)));
    scroll.after(tools(
      Copying.button('Copy as CSV', () => asCsv(table), `Copy ${name} as CSV`),
      Copying.button('Copy as Markdown', () => asMarkdown(table), `Copy ${name} as Markdown`),
    ));
    if (rows.length >= TO_SORT) sortable(table, rows);
    rows.forEach(linkable);
  }
})();
