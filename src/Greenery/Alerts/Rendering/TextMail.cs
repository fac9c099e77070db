using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// A message as the text part of a mail, for those who read mail as text and for spam filters, which want one.
/// </summary>
internal static class TextMail
{
    private const int Width = 76;

    public static string Of(Message message) =>
        SizeLimiter.ToFit(TextSanitizer.Sanitize(message), HtmlMail.MostBytes, HtmlMail.Tops, Format);

    private static string Format(Message message) =>
        string.Join('\n', Lines(message).Select(line => line.TrimEnd())) + "\n";

    private static IEnumerable<string> Lines(Message message) =>
    [
        .. Wrapped(message.Title),
        new string('=', Math.Min(Width, TextTable.Width(message.Title))),
        $"{Wording.Of(message.Severity)} · {Wording.Time(message.At)}",
        .. message.Blocks.SelectMany(Lines),
        .. message.Links.SelectMany(link => (string[])["", $"{link.Text}:", link.Url.AbsoluteUri]),
        "",
        "--",
        $"Greenery, message {TextSanitizer.Line(message.Id, 120)}",
    ];

    private static IEnumerable<string> Lines(Block block)
    {
        var lines = TextBlocks.Lines(block).ToList();
        return block switch
        {
            Block.Paragraph or Block.Facts => ["", .. lines.SelectMany(Wrapped)],
            Block.Table or Block.Samples => ["", lines[0], Rule(lines[0]), .. lines.Skip(1)],
            _ => ["", lines[0], Rule(lines[0]), .. lines.Skip(1).SelectMany(Wrapped)],
        };
    }

    private static string Rule(string caption) => new('-', TextTable.Width(caption));

    // Lines that go on stand under the first one's text. A word longer than a line, such as an address, is left whole.
    private static IEnumerable<string> Wrapped(string line)
    {
        var indent = new string(' ', line.StartsWith("* ", StringComparison.Ordinal) ? 2 : line.Length
            - line.TrimStart().Length);
        while (TextTable.Width(line) > Width && line.LastIndexOf(' ', Math.Min(Width, line.Length - 1)) is var end
            && end > indent.Length + 1)
        {
            yield return line[..end];
            line = indent + line[(end + 1)..];
        }
        yield return line;
    }
}
