namespace Greenery.Sources;

/// <summary>Verifies that tables, histories and drops have names of their own.</summary>
internal static class SourceNames
{
    /// <summary>Adds a fault for each name that is used twice.</summary>
    public static void Verify(IReadOnlyList<SourceTable> tables, ICollection<Diagnostic> diagnostics)
    {
        foreach (var twice in tables.GroupBy(table => table.Name).Where(group => group.Count() > 1))
        {
            diagnostics.Add(new Diagnostic(
                twice.Last().Place, $"table '{twice.Key}' is already described at {twice.First().Place}."));
        }
        var kept = tables.Where(table => table.HasHistory).DistinctBy(table => table.HistoryName)
            .ToDictionary(table => table.HistoryName, StringComparer.Ordinal);
        foreach (var taken in tables.Where(table => kept.ContainsKey(table.Name)))
        {
            diagnostics.Add(new Diagnostic(taken.Place,
                $"the name '{taken.Name}' is taken by the history of the table at {kept[taken.Name].Place}."));
        }
        // Of any table: whether models follow it may change tomorrow.
        foreach (var (taken, other) in tables.SelectMany(table => tables.Select(other => (table, other)))
            .Where(pair => pair.table.Name == pair.other.ReplacedName || pair.table.Name == pair.other.ObservedName))
        {
            diagnostics.Add(new Diagnostic(taken.Place,
                $"the name '{taken.Name}' is that of a table that Greenery keeps for {other.Name}; expected another."));
        }
        foreach (var (taken, other) in tables.SelectMany(table => tables.Select(other => (table, other)))
            .Where(pair => pair.other.Partition is not null
                && pair.table.Name.StartsWith($"{pair.other.Name}_p_", StringComparison.Ordinal)))
        {
            diagnostics.Add(new Diagnostic(taken.Place,
                $"the name '{taken.Name}' may be that of a partition of {other.Name}; expected another."));
        }
        foreach (var twice in tables.SelectMany(table => table.Paths)
            .GroupBy(path => path.Source.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            diagnostics.Add(new Diagnostic(
                twice.Last().Source.Place,
                $"'path: {twice.Key}' is that of {twice.First().Source.Place} already; expected files of one table."));
        }
        foreach (var twice in tables.DistinctBy(table => table.Name).Where(table => table.Paths.Count == 0)
            .GroupBy(table => table.DropName).Where(group => group.Count() > 1))
        {
            diagnostics.Add(new Diagnostic(
                twice.Last().Place,
                $"drops called '{twice.Key}' are those of the table at {twice.First().Place} already; expected a "
                    + $"name of its own."));
        }
    }
}
