/* Streamlit's own words in the reader's language, from the table in #perut-words.
   A text that Streamlit words differently one day stays in English; nothing breaks. */
(() => {
  const ATTRIBUTES = ["aria-label", "title", "placeholder", "alt"];
  const navigatorLanguages = (window.perutLanguages ??= [...navigator.languages]);
  let exact = new Map();
  let patterns = [];

  const load = () => {
    const table = document.getElementById("perut-words");
    if (!table) return;
    const language = table.dataset.language;
    document.documentElement.lang = language;
    /* Streamlit writes the numbers of a table and the names of months as the browser's language
       asks; they should be as the rest of the page, whatever the browser speaks. */
    const languages = Object.freeze([language, ...navigatorLanguages.filter((l) => !l.startsWith(language))]);
    Object.defineProperty(navigator, "language", { get: () => language, configurable: true });
    Object.defineProperty(navigator, "languages", { get: () => languages, configurable: true });
    exact = new Map();
    patterns = [];
    for (const [from, to] of Object.entries(JSON.parse(table.dataset.words))) {
      if (!from.includes("{n}")) exact.set(from, to);
      else {
        const [before, after] = from.split("{n}").map((s) => s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
        patterns.push([new RegExp(`^${before}(.{1,80}?)${after}$`), to, from.length]);
      }
    }
    /* "day, {n} end date" is asked before "{n} end date", which would fit the same text. */
    patterns.sort((one, other) => other[2] - one[2]);
  };

  const said = (text) => {
    const plain = text.trim();
    if (!plain || plain.length > 240) return null;
    const word = exact.get(plain);
    if (word !== undefined) return word === plain ? null : text.replace(plain, () => word);
    /* A toolbar button of a table is named "Search: <the table>". */
    const colon = plain.indexOf(": ");
    const before = colon > 0 ? exact.get(plain.slice(0, colon)) : undefined;
    if (before !== undefined && before !== plain.slice(0, colon)) return before + plain.slice(colon);
    for (const [pattern, to] of patterns) {
      const match = pattern.exec(plain);
      if (match) {
        const result = to.replace("{n}", () => match[1]);
        return result === plain || pattern.test(result) ? null : text.replace(plain, () => result);
      }
    }
    return null;
  };

  /* What the dashboard itself says is already in the right language. */
  const OURS = '[data-testid="stMarkdownContainer"], pre, .js-plotly-plot';
  const THEIRS = '[data-testid="stFileUploader"], [data-testid="stMainMenu"], [data-testid="stDialog"], [data-testid="stToolbar"]';
  const ours = (element) => element?.closest?.(OURS) && !element.closest(THEIRS);

  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (ours(node.parentElement)) return;
      const text = said(node.nodeValue);
      if (text !== null) node.nodeValue = text;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.localName === "script" || node.localName === "style") return;
    for (const name of ATTRIBUTES) {
      const value = node.getAttribute(name);
      const text = value && said(value);
      if (text) node.setAttribute(name, text);
    }
    for (const child of node.childNodes) visit(child);
  };

  /* The charts' own script is large: fetched while nobody waits for it. */
  const fetchLater = () => {
    if (window.perutFetched) return;
    window.perutFetched = true;
    for (const address of document.getElementById("perut-words")?.dataset.later?.split(" ") ?? []) {
      if (!address) continue;
      const link = document.createElement("link");
      link.rel = "prefetch";
      link.href = new URL(address, document.baseURI);
      document.head.append(link);
    }
  };

  load();
  setTimeout(() => (window.requestIdleCallback ?? setTimeout)(fetchLater), 3000);
  window.perutWords?.disconnect();
  window.perutWords = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") for (const node of change.addedNodes) visit(node);
      else if (change.type === "characterData") visit(change.target);
      else visit(change.target);
    }
  });
  window.perutWords.observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });
  visit(document.body);
})();
