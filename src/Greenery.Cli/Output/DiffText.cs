using Greenery.Models.Building;
using Greenery.Presentation;
using Greenery.Workshop;
using Spectre.Console;

namespace Greenery.Cli.Output;

/// <summary>What differs between two versions of models, for people.</summary>
internal static class DiffText
{
    // More are a list to choose from, not one to read.
    private const int MostWithRows = 3;

    /// <param name="terminal">Takes it.</param>
    /// <param name="results">One a model.</param>
    /// <param name="isAll">Whether no model was named: those that do not differ are listed together.</param>
    public static void Write(Terminal terminal, IReadOnlyList<ModelDiff> results, bool isAll)
    {
        var (different, skipped) = (
            results.Where(result => result.Differs).ToList(),
            results.Where(result => result.Skipped is not null).ToList());
        var hasRows = !isAll || different.Count <= MostWithRows;
        foreach (var result in different)
        {
            Write(terminal, result, result.Rows!, hasRows);
        }
        foreach (var group in skipped.GroupBy(result => (result.Skipped, isAll ? "" : result.Model)))
        {
            terminal.Markup($"[yellow]not compared[/] {Markup.Escape($"{Names(group)}: {group.Key.Skipped}")}");
        }
        var same = results.Except(different).Except(skipped).ToList();
        foreach (var group in same.GroupBy(result => (result.Before, result.After, isAll ? "" : result.Model)))
        {
            terminal.Line($"the same in runs {group.Key.Before} and {group.Key.After}: {Names(group)}");
        }
        terminal.Line($"{NumberFormat.Count(results.Count, "model")}: {different.Count} "
            + $"{(different.Count == 1 ? "differs" : "differ")}, {same.Count} the same"
            + $"{(skipped.Count == 0 ? "" : $", {skipped.Count} not compared")}. Nothing was changed."
            + $"{(hasRows ? "" : $" 'greenery diff {different[0].Model}' shows rows.")}");
    }

    private static string Names(IEnumerable<ModelDiff> results) =>
        string.Join(", ", results.Select(result => result.Model));

    private static string Title(ModelDiff result) => $"{result.Model}, run {result.Before} -> run {result.After}";

    private static void Write(Terminal terminal, ModelDiff result, VersionDifference rows, bool hasRows)
    {
        var by = rows.Key.Count > 0 ? $"by {string.Join(", ", rows.Key)}" : "by whole rows, as it names no key";
        terminal.Markup($"[green]differs[/] {Markup.Escape($"{Title(result)}, {by}")}: "
            + $"{NumberFormat.Count(rows.Added, "row")} added, {NumberFormat.Count(rows.Removed)} removed"
            + $"{(rows.Key.Count > 0 ? $", {NumberFormat.Count(rows.Changed)} changed" : "")}");
        foreach (var line in Columns(rows).Concat(hasRows ? Samples(rows) : []))
        {
            terminal.Line($"    {line}");
        }
    }

    private static IEnumerable<string> Columns(VersionDifference rows)
    {
        if (rows.ChangedColumns.Count > 0)
        {
            yield return $"values   {string.Join(", ", rows.ChangedColumns.Select(column =>
                $"{column.Key} in {NumberFormat.Count(column.Value, "row")}"))}";
        }
        foreach (var (kind, columns) in ((string, IReadOnlyList<string>)[])
            [("columns added", rows.AddedColumns), ("columns removed", rows.RemovedColumns),
                ("columns of another type", rows.RetypedColumns)])
        {
            if (columns.Count > 0)
            {
                yield return $"{kind}: {string.Join(", ", columns)}";
            }
        }
    }

    private static IEnumerable<string> Samples(VersionDifference rows) =>
    [
        .. rows.AddedRows.Select(row => $"added    {Row(row)}"),
        .. More("added", rows.Added - rows.AddedRows.Count),
        .. rows.RemovedRows.Select(row => $"removed  {Row(row)}"),
        .. More("removed", rows.Removed - rows.RemovedRows.Count),
        .. rows.ChangedRows.Select(row => $"changed  {Row(row.Key)}: {string.Join("; ", row.Values.Select(value =>
            $"{value.Column} is {Value(value.After)}, was {Value(value.Before)}"))}"),
        .. More("changed", rows.Changed - rows.ChangedRows.Count),
    ];

    private static IEnumerable<string> More(string kind, long rows) =>
        rows > 0 ? [$"{kind,-8} {NumberFormat.Count(rows, "row")} more"] : [];

    private static string Row(IReadOnlyDictionary<string, string?> row) => RowIdentity.Describe(row.Select(value =>
        KeyValuePair.Create(value.Key, value.Value is { } text ? PreviewText.Cell(text) : null)));

    private static string Value(string? value) => value is null ? "null" : PreviewText.Cell(value);
}
