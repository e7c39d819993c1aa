'use strict';
// What is folded opens when it is led to or printed.

(() => {
  /** Open all that hides an element. */
  function reveal(element) {
    for (let each = element; each; each = each.parentElement) if (each.tagName === 'DETAILS') each.open = true;
  }

  /** Open what the address leads to, and go there: what was opened, or put in by scripts, has moved it. */
  function follow() {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    if (!target) return;
    reveal(target);
    target.scrollIntoView({ behavior: 'instant' });
  }

  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('main details:not([open])')];
    for (const each of opened) each.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
  });
  window.addEventListener('hashchange', follow);
  window.addEventListener('load', follow);
})();
