using Greenery.Alerts.Messages;

namespace Greenery.Alerts.Rendering;

/// <summary>
/// A message for logs and terminals: lines are as long as they are, and each belongs to the first by its indent.
/// </summary>
internal static class PlainText
{
    public static string Of(Message message) =>
        string.Join('\n', Lines(TextSanitizer.Sanitize(message)).Select(line => line.TrimEnd()));

    private static IEnumerable<string> Lines(Message message) =>
    [
        $"{Wording.Of(message.Severity)}: {message.Title}",
        .. message.Blocks.SelectMany(Lines).Concat(message.Links.Select(link => $"{link.Text}: {link.Url.AbsoluteUri}"))
            .Select(line => "  " + line),
    ];

    private static IEnumerable<string> Lines(Block block) => block is Block.Paragraph or Block.Facts
        ? TextBlocks.Lines(block)
        : TextBlocks.Lines(block).Select((line, i) => i == 0 ? line + ":" : line);
}
