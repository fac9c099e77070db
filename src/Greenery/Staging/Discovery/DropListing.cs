using Greenery.Drops;
using Greenery.Sources;

namespace Greenery.Staging.Discovery;

/// <summary>
/// The files of the store that are drops, as columns for a statement; and notes on those that are not. All are listed
/// each time, however old, because only its ETag tells that an old drop was corrected: one pass, 5,000 blobs a request.
/// </summary>
internal sealed class DropListing
{
    private readonly List<(DropFile File, string Table, DateOnly Date)> _drops = [];
    private readonly List<string> _hidden = [];
    private readonly FileNotes _notes = new();
    private readonly FileNotes _others = new();

    private static readonly string[] RowFileEndings =
        [".csv", ".json", ".ndjson", ".jsonl", ".xlsx", ".parquet", ".gz"];

    private DropListing()
    {
    }

    /// <summary>Files that may have been meant as drops.</summary>
    public FileNotes Notes => _notes;

    /// <summary>What else cannot be read.</summary>
    public FileNotes Others => _others;

    /// <summary>Drops of dates to come.</summary>
    public List<string> Later { get; } = [];

    /// <summary>
    /// Folders that could not be entered, and files that could not be looked at: what is below them may be there still.
    /// </summary>
    public string[] Hidden => [.. _hidden];

    public DateOnly? NewestDate => _drops.Count == 0 ? null : _drops.Max(drop => drop.Date);

    public DropColumns Columns => new(
        [.. _drops.Select(drop => drop.File.Path)],
        [.. _drops.Select(drop => DropOrder.KeyOf(drop.File.Path))],
        [.. _drops.Select(drop => drop.File.ETag)],
        [.. _drops.Select(drop => drop.Table)],
        [.. _drops.Select(drop => drop.Date)],
        [.. _drops.Select(drop => drop.File.Bytes)]);

    /// <summary>All drops, as they are to be loaded where none was seen before: by date, then in their order.</summary>
    public IReadOnlyList<PendingDrop> Unseen() => [.. _drops
        .OrderBy(drop => drop.Date)
        .ThenBy(drop => DropOrder.KeyOf(drop.File.Path), StringComparer.Ordinal)
        .Select(drop => new PendingDrop(0, drop.Table, drop.File.Path, drop.Date, drop.File.Bytes))];

    public static async Task<DropListing> ReadAsync(
        IDropStore store, IReadOnlyList<SourceTable> tables, DateOnly? through, CancellationToken cancellationToken)
    {
        var listing = new DropListing();
        var matcher = new DropMatcher(tables);
        await foreach (var file in store.ListAsync(cancellationToken))
        {
            listing.Add(file, matcher.Find(file.Path), matcher, through);
        }
        return listing;
    }

    private void Add(
        DropFile file, IReadOnlyList<DropMatch> matches, DropMatcher matcher, DateOnly? through)
    {
        // A path that no drop may have hides none.
        if (file.Fault is not null && DropPath.FaultOf(file.Path) is null)
        {
            _hidden.Add(file.Path);
        }
        if ((file.Fault ?? DropPath.FaultOf(file.Path)) is { } fault)
        {
            // lost+found of a volume is there for good, and hides no drop.
            (DropName.IsInDateFolder(file.Path) || matches.Count > 0 || LooksLikeRows(file.Path) ? _notes : _others)
                .Add(file.Path, $"is not loaded: {fault}.");
        }
        else if (matches is not [var match])
        {
            // A README beside the day's folders is no mistake.
            if (matches.Count > 0 || file.Path.Contains('/', StringComparison.Ordinal) || LooksLikeRows(file.Path))
            {
                _notes.Add(file.Path, WhyNot(file.Path, matches, matcher));
            }
        }
        else if (through is null || match.Date <= through)
        {
            _drops.Add((file, match.Table.Name, match.Date));
        }
        else
        {
            Later.Add(file.Path);
        }
    }

    private static string WhyNot(string path, IReadOnlyList<DropMatch> matches, DropMatcher matcher)
    {
        if (matches.Count > 1)
        {
            var found = string.Join(" and ", matches.Select(match =>
                FormattableString.Invariant($"{match.Table.Name} of {match.Date:yyyy-MM-dd} by {match.By}")));
            return $"is not loaded: it is a drop of {found}; expected one. Make the patterns narrower.";
        }
        if (!DropName.TryParse(path, out var name))
        {
            return $"is not loaded: its name does not have the form {DropName.Form}"
                + $"{(matcher.HasPaths ? ", nor one of the contract (path)" : "")}. Rename it.";
        }
        return matcher.Elsewhere(name.Table) is { } table
            ? $"is not loaded: files of '{table.Name}' are called {string.Join(" or ", table.Paths)} "
                + $"({table.Paths[0].Source.Place}). Move it, or add its form to 'path'."
            : $"is not loaded: the contract has no drops named '{name.Table}'."
                + $"{Suggestion.Sentence(name.Table, matcher.DropNames)} "
                + "Add the table to sources.yml, or rename the file.";
    }

    private static bool LooksLikeRows(string path) =>
        RowFileEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
