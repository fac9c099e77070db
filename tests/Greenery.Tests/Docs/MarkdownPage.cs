using System.Text.RegularExpressions;
using Greenery.Tests.Support;

namespace Greenery.Tests.Docs;

/// <summary>A page of this repository, as tests read it.</summary>
/// <param name="Path">From the top of the repository: <c>docs/concepts.md</c>.</param>
internal sealed partial record MarkdownPage(string Path)
{
    /// <summary>The pages people read: at the top and in docs.</summary>
    public static IReadOnlyList<MarkdownPage> All { get; } =
    [
        .. new[] { "", "docs" }
            .SelectMany(folder => Directory.GetFiles(System.IO.Path.Combine(Repository.Top, folder), "*.md"))
            .Select(path => System.IO.Path.GetRelativePath(Repository.Top, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
            .Select(path => new MarkdownPage(path)),
    ];

    public string Text { get; } =
        File.ReadAllText(System.IO.Path.Combine(Repository.Top, Path)).ReplaceLineEndings("\n");

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public IReadOnlySet<string> Anchors => Headings().Matches(Text)
        .Select(heading => NoAnchor().Replace(heading.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    /// <summary>Links to other files and headings of this repository.</summary>
    public IReadOnlyList<string> Links => [.. RelativeLinks().Matches(Text).Select(link => link.Groups[1].Value)];

    /// <summary>The projects of its <c>dotnet run --project</c> commands.</summary>
    public IReadOnlyList<string> Projects =>
        [.. ProjectOptions().Matches(Text).Select(option => option.Groups[1].Value)];

    /// <summary>What follows a heading, up to the next one of its level or above.</summary>
    public string Section(string title)
    {
        var heading = Headings().Matches(Text).FirstOrDefault(heading => heading.Groups["title"].Value == title);
        Assert.True(heading is not null, $"{Path} has no heading '{title}'.");
        var next = Headings().Matches(Text).FirstOrDefault(other =>
            other.Index > heading.Index && other.Groups["level"].Length <= heading.Groups["level"].Length);
        return Text[(heading.Index + heading.Length)..(next?.Index ?? Text.Length)];
    }

    /// <summary>The titles in backticks of a level: names of things.</summary>
    public IReadOnlyList<string> NamesAt(int level) =>
    [
        .. Headings().Matches(Text)
            .Where(heading => heading.Groups["level"].Length == level && heading.Groups["title"].Value.StartsWith('`'))
            .Select(heading => heading.Groups["title"].Value.Trim('`')),
    ];

    /// <summary>Rows of the tables of a text: the cells of each, without the headers.</summary>
    public static IReadOnlyList<string[]> Rows(string text) =>
    [
        .. TableRows().Matches(text)
            .Select(row => row.Value[1..^1].Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells[0].StartsWith('`')),
    ];

    /// <summary>The names in backticks of a cell.</summary>
    public static IEnumerable<string> Names(string cell) => Code().Matches(cell).Select(code => code.Groups[1].Value);

    /// <summary>The fenced blocks of a language.</summary>
    public IReadOnlyList<string> Blocks(string language) =>
        [.. Fences().Matches(Text).Where(fence => fence.Groups[2].Value == language).Select(Unindented)];

    private static string Unindented(Match fence)
    {
        var indent = fence.Groups[1].Value;
        var lines = fence.Groups[3].Value.Split('\n')
            .Select(line => line.StartsWith(indent, StringComparison.Ordinal) ? line[indent.Length..] : line);
        return string.Join('\n', lines).TrimEnd() + "\n";
    }

    [GeneratedRegex(@"(?m)^(?<level>#{1,4}) (?<title>.+)$")]
    private static partial Regex Headings();

    [GeneratedRegex(@"\]\((?!https?:|mailto:)([^)\s]+)\)")]
    private static partial Regex RelativeLinks();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"--project ([\w./]+)")]
    private static partial Regex ProjectOptions();

    [GeneratedRegex(@"(?m)^\|.*\|$")]
    private static partial Regex TableRows();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"(?ms)^( *)```(\w+)\n(.*?)^ *```$")]
    private static partial Regex Fences();
}
