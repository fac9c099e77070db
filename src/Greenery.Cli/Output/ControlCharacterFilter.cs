using Greenery.Presentation;
using Spectre.Console.Rendering;

namespace Greenery.Cli.Output;

/// <summary>
/// The last look at all that a command writes for people: names of files, headers and messages of others may hold
/// escape sequences. What the console itself sends to the terminal (colours, the spinner) is no text and stays.
/// </summary>
internal sealed class ControlCharacterFilter : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(renderable => new Filtered(renderable));

    private sealed class Filtered(IRenderable content) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => content.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            content.Render(options, maxWidth).Select(Filter);

        private static Segment Filter(Segment segment)
        {
            if (segment.IsControlCode || segment.IsLineBreak)
            {
                return segment;
            }
            var shown = TerminalText.Escape(segment.Text);
            return ReferenceEquals(shown, segment.Text) ? segment : new Segment(shown, segment.Style, segment.Link);
        }
    }
}
