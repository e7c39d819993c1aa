'use strict';
// The contents mark the section that is read, and are folded where they stand above the text.

(() => {
  const contents = document.querySelector('.contents');
  const fold = contents.querySelector('.fold');
  const here = contents.querySelector('.here');
  const appendices = contents.querySelector('.appendices');
  let opened = false; // whether the appendices were opened by reading, and not by hand
  const links = new Map([...contents.querySelectorAll('a')].map((link) => [link.hash.slice(1), link]));
  const beside = window.matchMedia('(min-width: 76rem)');

  /** Open beside the text, closed above it. */
  function arrange() {
    fold.open = beside.matches;
  }

  /** Mark the section that is read and what it is part of, and bring its line into view without moving the page. */
  function mark(name) {
    for (const item of contents.querySelectorAll('.read')) item.classList.remove('read');
    for (const link of links.values()) link.removeAttribute('aria-current');
    const link = links.get(name);
    here.textContent = link ? link.textContent : '';
    if (appendices && opened && !appendices.contains(link)) appendices.open = opened = false;
    if (!link) return;
    link.setAttribute('aria-current', 'location');
    for (let item = link.closest('li'); item; item = item.parentElement.closest('li')) item.classList.add('read');
    if (appendices && appendices.contains(link) && !appendices.open) appendices.open = opened = true;
    if (!beside.matches) return;
    const [line, box] = [link.getBoundingClientRect(), fold.getBoundingClientRect()];
    if (line.top < box.top || line.bottom > box.bottom) fold.scrollTop += line.top - box.top - box.height / 3;
  }

  const sections = [...document.querySelectorAll('.chapter, .part')];
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? 'add' : 'delete'](entry.target);
    const read = sections.filter((section) => seen.has(section)).pop();
    mark(read ? read.querySelector('h2, h3').id : '');
  }, { rootMargin: '-15% 0px -80% 0px' });
  sections.forEach((section) => watcher.observe(section));

  beside.addEventListener('change', arrange);
  arrange();
  fold.addEventListener('click', (event) => {
    if (event.target.closest('a') && !beside.matches) fold.open = false;
  });
  contents.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || beside.matches || !fold.open) return;
    fold.open = false;
    fold.querySelector('summary').focus();
  });
})();
