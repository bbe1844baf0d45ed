// Draws a picture of boxes and words, placed in parts of the whole (`parts/trade_off.py`), from the text beside it: before
// it is painted, and without Streamlit's look at each piece of markup, which takes longer than the picture.
new MutationObserver(() => {
  for (const picture of document.querySelectorAll("[data-marks]:empty")) {
    picture.append(...JSON.parse(picture.dataset.marks).map(([kind, text, left, top, width, height, turned]) => {
      const mark = document.createElement(text ? "span" : "i");
      mark.className = kind;
      mark.textContent = text;
      Object.assign(mark.style, { left: `${left}%`, top: `${top}%` });
      if (width) mark.style.width = `${width}%`;
      if (height) mark.style.height = `${height}%`;
      if (turned) mark.style.rotate = `${turned}deg`;
      return mark;
    }));
  }
}).observe(document, { childList: true, subtree: true });
