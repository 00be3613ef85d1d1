// Before the first paint: the colours that were chosen, so that a dark page does not flash white. Everything else is in
// modules, which run later.
(() => {
  try {
    const theme = localStorage.getItem("inkstone.theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // The system's colours hold.
  }
})();
