/// The style and the script of the page. Both stand in it: it is read from a disk, without a network.
enum ReportStyle {
  /// Light and dark as the reader's system says.
  static let css = """
    :root { color-scheme: light dark; --ink: #1d1d1f; --quiet: #6b6b70; --paper: #fbfbf9; --line: #dcdcd8;
      --c0: #1f6feb; --c1: #c2410c; --c2: #15803d; --c3: #9333ea; --c4: #b45309; --c5: #0e7490; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #ececea; --quiet: #9b9ba0; --paper: #161618; --line: #34343a;
        --c0: #6aa6ff; --c1: #ff9a62; --c2: #63d48a; --c3: #c794ff; --c4: #f0b45a; --c5: #58c6dd; }
    }
    html[lang=en] .zh, html[lang=zh] .en { display: none; }
    body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
      font: 15px/1.55 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; }
    header { display: flex; align-items: baseline; gap: 1rem; }
    h1 { font-size: 1.4rem; margin: 0; flex: 1; overflow-wrap: anywhere; }
    h1 small { color: var(--quiet); font-weight: normal; margin-right: .6em; }
    h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
    button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: .4rem;
      padding: .1rem .7rem; cursor: pointer; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; }
    dt { color: var(--quiet); } dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    figure { margin: 1.5rem 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
    .key { font-weight: normal; margin-left: 1.2em; } .key i { display: inline-block; width: 1em; height: .2em;
      margin-right: .4em; vertical-align: middle; background: currentColor; }
    svg { width: 100%; height: auto; display: block; } svg .mark { font-size: 11px; fill: var(--quiet); }
    .grid { stroke: var(--line); } .axis { stroke: var(--quiet); }
    .curve { fill: none; stroke: currentColor; stroke-width: 1.3; stroke-linejoin: round; } circle { fill: currentColor; }
    .color0 { color: var(--c0); } .color1 { color: var(--c1); } .color2 { color: var(--c2); }
    .color3 { color: var(--c3); } .color4 { color: var(--c4); } .color5 { color: var(--c5); }
    pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .3rem 0; padding: .7rem 1rem; border-radius: .4rem;
      border: 1px solid var(--line); font: 13px/1.5 ui-monospace, monospace; }
    article { margin: 1rem 0; } .label, .empty { color: var(--quiet); font-size: .9em; margin: 0; }
    """

  /// The colours of a drawing that stands in a file of its own.
  static let drawing = """
    svg { color-scheme: light dark; --ink: #1d1d1f; --quiet: #6b6b70; --line: #dcdcd8;
      --c0: #1f6feb; --c1: #c2410c; --c2: #15803d; --c3: #9333ea; --c4: #b45309; --c5: #0e7490;
      font-family: system-ui, sans-serif; }
    @media (prefers-color-scheme: dark) {
      svg { --ink: #ececea; --quiet: #9b9ba0; --line: #34343a;
        --c0: #6aa6ff; --c1: #ff9a62; --c2: #63d48a; --c3: #c794ff; --c4: #f0b45a; --c5: #58c6dd; }
    }
    .mark { font-size: 11px; fill: var(--quiet); } .name { font-size: 13px; fill: var(--ink); }
    .grid { stroke: var(--line); } .axis { stroke: var(--quiet); } .key { stroke: currentColor; stroke-width: 3; }
    .curve { fill: none; stroke: currentColor; stroke-width: 1.3; stroke-linejoin: round; } circle { fill: currentColor; }
    .color0 { color: var(--c0); } .color1 { color: var(--c1); } .color2 { color: var(--c2); }
    .color3 { color: var(--c3); } .color4 { color: var(--c4); } .color5 { color: var(--c5); }
    """

  /// Chooses the reader's language at the start, and the other at a press of the button.
  static let script = """
    const root = document.documentElement;
    root.lang = navigator.language.startsWith("zh") ? "zh" : "en";
    document.getElementById("language").addEventListener("click", () => {
      root.lang = root.lang === "zh" ? "en" : "zh";
    });
    """
}
