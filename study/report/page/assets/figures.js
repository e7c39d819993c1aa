// Values of figures where one points, taps or moves with the arrow keys; a figure as large as the window.
// A drawing has the words of its points in data-words, and each of its variants their places in data-points: from the
// left and from the top, in the units of its viewBox.
"use strict";

(() => {
  const NEAR = 26; // of the page's pixels: how far from a point its words still show

  const shownIn = (drawing) => [...drawing.querySelectorAll("svg")].find((svg) => svg.getClientRects().length > 0);

  const pointsOf = (svg) => {
    if (svg.points === undefined) {
      const words = JSON.parse(svg.closest(".drawing").dataset.words || "[]");
      const places = (svg.dataset.points || "").split(" ").map(Number);
      svg.points = words.map((text, number) => [places[2 * number], places[2 * number + 1], text]);
    }
    return svg.points;
  };

  const placeOf = (svg, [x, y]) => {
    const { a, d, e, f } = svg.getScreenCTM();
    return [a * x + e, d * y + f];
  };

  const hide = (drawing) => {
    drawing.querySelector(".told").textContent = "";
    drawing.querySelector(".ring")?.remove();
  };

  const tell = (drawing, svg, point) => {
    hide(drawing);
    const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
    ring.setAttribute("class", "ring");
    ring.setAttribute("cx", point[0]);
    ring.setAttribute("cy", point[1]);
    ring.setAttribute("r", 6);
    svg.append(ring);
    const words = drawing.querySelector(".told");
    words.textContent = point[2];
    const [x, y] = placeOf(svg, point);
    const box = drawing.getBoundingClientRect();
    const right = x - box.left > box.width / 2;
    words.style.left = right ? "auto" : `${x - box.left + drawing.scrollLeft + 12}px`;
    words.style.right = right ? `${box.right - x - drawing.scrollLeft + 12}px` : "auto";
    words.style.top = `${y - box.top + 12}px`;
  };

  // All points that the nearest one covers as well, so that equal values are told together.
  const nearest = (svg, event) => {
    const distances = pointsOf(svg).map((point) => {
      const [x, y] = placeOf(svg, point);
      return [Math.hypot(x - event.clientX, y - event.clientY), point];
    });
    const least = Math.min(...distances.map(([distance]) => distance));
    if (!(least <= NEAR)) return undefined;
    const found = distances.find(([distance]) => distance === least)[1];
    const same = pointsOf(svg).filter(([x, y]) => Math.hypot(x - found[0], y - found[1]) < 1.5);
    return [found[0], found[1], same.slice(0, 6).map(([, , words]) => words).join("\n")];
  };

  const move = (drawing, svg, key) => {
    const points = [...pointsOf(svg)];
    const last = points.length - 1;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, Home: -last, End: last };
    const now = drawing.current ?? (steps[key] > 0 && key !== "End" ? -1 : 0);
    drawing.current = Math.max(0, Math.min(last, now + steps[key]));
    tell(drawing, svg, points[drawing.current]);
  };

  const enlarge = (drawing) => {
    const dialog = document.createElement("dialog");
    dialog.className = "enlarged";
    dialog.setAttribute("aria-label", "Figure, enlarged");
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    const copy = drawing.cloneNode(true);
    copy.querySelectorAll("button, .told, .ring").forEach((each) => each.remove());
    for (const each of copy.querySelectorAll("[id]")) {
      const id = each.id;
      each.id = `enlarged-${id}`;
      for (const user of copy.querySelectorAll(`[href="#${id}"]`)) user.setAttribute("href", `#enlarged-${id}`);
      for (const user of copy.querySelectorAll(`[clip-path="url(#${id})"]`)) {
        user.setAttribute("clip-path", `url(#enlarged-${id})`);
      }
    }
    dialog.append(close, copy);
    dialog.addEventListener("close", () => {
      dialog.remove();
      drawing.focus();
    });
    document.body.append(dialog);
    listen(copy);
    dialog.showModal();
  };

  const listen = (drawing) => {
    const words = document.createElement("div");
    words.className = "told";
    words.setAttribute("role", "status");
    drawing.append(words);
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "group");
    const told = [...drawing.querySelectorAll("svg")].some((svg) => pointsOf(svg).length > 0);
    drawing.setAttribute("aria-label", told ? "Figure; the arrow keys tell its values" : "Figure");
    drawing.addEventListener("pointermove", (event) => {
      const svg = shownIn(drawing);
      const found = svg && nearest(svg, event);
      if (found) tell(drawing, svg, found);
      else hide(drawing);
    });
    drawing.addEventListener("pointerleave", () => hide(drawing));
    drawing.addEventListener("blur", () => hide(drawing));
    drawing.addEventListener("keydown", (event) => {
      const svg = shownIn(drawing);
      if (event.key === "Escape") hide(drawing);
      if (!svg || event.target !== drawing || !pointsOf(svg).length) return;
      if (!/^(Arrow|Home$|End$)/.test(event.key)) return;
      event.preventDefault();
      move(drawing, svg, event.key);
    });
  };

  const begin = () => {
    for (const drawing of document.querySelectorAll(".drawing")) {
      listen(drawing);
      drawing.classList.add("values");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "enlarge";
      button.textContent = "Enlarge";
      button.setAttribute("aria-label", "Enlarge the figure");
      button.addEventListener("click", () => enlarge(drawing));
      drawing.append(button);
      drawing.addEventListener("click", (event) => {
        const tapped = event.pointerType === "touch" || event.pointerType === "pen";
        if (event.target.closest("svg") && !tapped && !String(getSelection())) enlarge(drawing);
      });
      drawing.addEventListener("pointerdown", (event) => {
        const svg = shownIn(drawing);
        const found = svg && event.pointerType !== "mouse" && nearest(svg, event);
        if (found) tell(drawing, svg, found);
      });
    }
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
