"""A press counts: nothing moves under a finger between press and release.

Leaving a field has the page drawn anew, and what is drawn anew may move. So a field is left when a press elsewhere has
ended, not when it begins. Where something moves nevertheless, since the page is still being drawn, the press counts for
what was under the finger when it came down.
"""

SCRIPT = b"""<script>
(() => {
  const PRESSED = "button, summary, label, a[href], [role=button], [role=radio], [role=tab]";
  const FIELD = "textarea, input[type=text], input:not([type])";
  const STILL = 8;  // pixels by which a finger may move and still press
  const typing = () => document.activeElement?.matches(FIELD) ? document.activeElement : null;
  const under = (event) => {
    const target = event.target.closest?.(PRESSED);
    return target && !event.button && !target.contains(typing()) ? target : null;
  };
  const on = (kind, listener) => document.addEventListener(kind, listener, true);
  let down = null;
  on("pointerdown", (event) => {
    const target = under(event);
    down = target && { target, x: event.clientX, y: event.clientY };
  });
  on("mousedown", (event) => { if (typing() && under(event)) event.preventDefault(); });
  on("pointerup", (event) => {
    const began = down;
    down = null;
    if (!began || Math.hypot(event.clientX - began.x, event.clientY - began.y) > STILL) return;
    typing()?.blur();
    if (event.pointerType !== "mouse" || began.target.contains(event.target)) return;
    setTimeout(() => { if (began.target.isConnected) began.target.click(); });
  });
})();
</script>"""
"""Runs in the document before Streamlit does."""
