namespace Greenery.Cli.Upgrading;

/// <summary>
/// The notes of section <c>Upgrading</c> of each version in the changelog, which the program carries.
/// </summary>
internal static class UpgradeNotes
{
    private const string Resource = "Greenery.Cli.CHANGELOG.md";
    private const string VersionMark = "## [";
    private const string Section = "### Upgrading";

    /// <summary>Those of this program, the newest version's first.</summary>
    public static IReadOnlyList<UpgradeNote> All { get; } = Read();

    /// <summary>What to know where a version was in use before this one.</summary>
    /// <param name="notes">All notes.</param>
    /// <param name="last">That version.</param>
    public static IReadOnlyList<UpgradeNote> Since(IReadOnlyList<UpgradeNote> notes, Version last) =>
        [.. notes.Where(note => note.Version is not { } version || version > last)];

    /// <summary>The notes of a changelog (https://keepachangelog.com/en/1.1.0/): a list item each, with the lines that
    /// continue it.</summary>
    public static IReadOnlyList<UpgradeNote> Parse(string changelog)
    {
        var notes = new List<UpgradeNote>();
        Version? version = null;
        var isInSection = false;
        foreach (var line in changelog.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith('#'))
            {
                isInSection = line == Section;
                if (line.StartsWith(VersionMark, StringComparison.Ordinal))
                {
                    version = ProgramVersion.Parse(line[VersionMark.Length..].Split(']')[0]);
                }
            }
            else if (isInSection && line.StartsWith("- ", StringComparison.Ordinal))
            {
                notes.Add(new UpgradeNote(version, line[2..]));
            }
            else if (isInSection && line.StartsWith("  ", StringComparison.Ordinal) && notes.Count > 0)
            {
                notes[^1] = notes[^1] with { Text = $"{notes[^1].Text} {line.Trim()}" };
            }
        }
        return notes;
    }

    private static IReadOnlyList<UpgradeNote> Read()
    {
        using var reader = new StreamReader(typeof(UpgradeNotes).Assembly.GetManifestResourceStream(Resource)!);
        return Parse(reader.ReadToEnd());
    }
}
