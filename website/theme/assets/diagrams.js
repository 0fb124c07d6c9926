// A large diagram keeps its size and scrolls; fitted to a phone nobody could read it.
const initialize = mermaid.initialize;
mermaid.initialize = (settings) =>
  initialize({
    ...settings,
    er: { ...settings.er, useMaxWidth: false, fontSize: 12, nodeSpacing: 24, rankSpacing: 48 },
  });
