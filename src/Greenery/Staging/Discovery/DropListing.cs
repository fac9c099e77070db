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
    private readonly FileNotes _notes = new();
    private readonly FileNotes _others = new();

    private static readonly string[] RowFileEndings = [".csv", ".json", ".ndjson", ".jsonl", ".gz"];

    private DropListing()
    {
    }

    /// <summary>Files that may have been meant as drops.</summary>
    public FileNotes Notes => _notes;

    /// <summary>What else cannot be read.</summary>
    public FileNotes Others => _others;

    /// <summary>Drops of dates to come.</summary>
    public List<string> Later { get; } = [];

    public DateOnly? NewestDate => _drops.Count == 0 ? null : _drops.Max(drop => drop.Date);

    public DropColumns Columns => new(
        [.. _drops.Select(drop => drop.File.Path)],
        [.. _drops.Select(drop => DropOrder.KeyOf(drop.File.Path))],
        [.. _drops.Select(drop => drop.File.ETag)],
        [.. _drops.Select(drop => drop.Table)],
        [.. _drops.Select(drop => drop.Date)],
        [.. _drops.Select(drop => drop.File.Bytes)]);

    public static async Task<DropListing> ReadAsync(
        IDropStore store, IReadOnlyList<SourceTable> tables, DateOnly? through, CancellationToken cancellationToken)
    {
        var listing = new DropListing();
        var byDropName = tables.ToDictionary(
            table => table.DropName, table => table.Name, StringComparer.OrdinalIgnoreCase);
        await foreach (var file in store.ListAsync(cancellationToken))
        {
            listing.Add(file, byDropName, through);
        }
        return listing;
    }

    private void Add(DropFile file, Dictionary<string, string> byDropName, DateOnly? through)
    {
        if ((file.Fault ?? DropPath.FaultOf(file.Path)) is { } fault)
        {
            // lost+found of a volume is there for good, and hides no drop.
            (DropName.IsInDateFolder(file.Path) || LooksLikeRows(file.Path) ? _notes : _others)
                .Add(file.Path, $"is not loaded: {fault}.");
        }
        else if (!DropName.TryParse(file.Path, out var name))
        {
            if (!file.Path.Contains('/', StringComparison.Ordinal) && !LooksLikeRows(file.Path))
            {
                // A README beside the day's folders is no mistake.
                return;
            }
            _notes.Add(file.Path, $"is not loaded: its name does not have the form {DropName.Form}. Rename it.");
        }
        else if (!byDropName.TryGetValue(name.Table, out var table))
        {
            _notes.Add(
                file.Path,
                $"is not loaded: the contract has no drops named '{name.Table}'."
                + $"{Suggestion.Sentence(name.Table, byDropName.Keys)} "
                + "Add the table to sources.yml, or rename the file.");
        }
        else if (through is null || name.Date <= through)
        {
            _drops.Add((file, table, name.Date));
        }
        else
        {
            Later.Add(file.Path);
        }
    }

    private static bool LooksLikeRows(string path) =>
        RowFileEndings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
}
