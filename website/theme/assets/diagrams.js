// A diagram fits its page as long as it can be read; a larger one scrolls.
const LARGEST = 0.75;
const SMALLEST = 0.6;

const { initialize, render } = mermaid;

mermaid.initialize = (settings) =>
  initialize({ ...settings, er: { ...settings.er, nodeSpacing: 24, rankSpacing: 40 } });

mermaid.render = async (...drawing) => {
  const drawn = await render(...drawing);
  const svg = drawn.svg.replace(
    /max-width: ([\d.]+)px/,
    (_, width) => `max-width: ${width * LARGEST}px; min-width: ${width * SMALLEST}px`,
  );
  return { ...drawn, svg };
};
