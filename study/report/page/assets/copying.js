'use strict';
// Buttons that copy: code here, tables in tables.js. A change has none: its lines belong in different places.

const Copying = (() => {
  /** Put text where it can be pasted from; gives whether that was done. */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      const done = document.execCommand('copy');
      area.remove();
      return done;
    }
  }

  /** Make a button that copies what `text` gives when it is pressed, and says that it did. */
  function button(label, text, spoken = label) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'copy';
    made.textContent = label;
    made.setAttribute('aria-label', spoken);
    made.addEventListener('click', async () => {
      made.textContent = (await copy(text())) ? 'Copied' : 'Not allowed here';
      made.setAttribute('aria-label', made.textContent);
      window.setTimeout(() => {
        made.textContent = label;
        made.setAttribute('aria-label', spoken);
      }, 2000);
    });
    return made;
  }

  for (const block of document.querySelectorAll('main pre:not(.diff)')) {
    const around = document.createElement('div');
    around.className = 'code';
    block.replaceWith(around);
    around.append(block, button('Copy', () => block.textContent, 'Copy this code'));
  }
  return { button };
})();
