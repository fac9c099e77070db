using Greenery.Warehouse;

namespace Greenery.Staging.History;

/// <summary>What has to be done so that a table's history is as the contract says.</summary>
/// <param name="history">The history as it is to be.</param>
/// <param name="observed">The table of observations as it is; null when there is none.</param>
/// <param name="view">The view as it is; null when there is none.</param>
internal sealed class HistoryChange(HistoryTable history, ExistingTable? observed, ExistingTable? view)
{
    /// <summary>What cannot be done, in words.</summary>
    public IEnumerable<Diagnostic> Diagnostics()
    {
        if (history.Contract.HasHistory && observed is not null && !Fits(observed))
        {
            yield return new Diagnostic(
                history.Contract.Place,
                $"the history was kept in {history.Observed} with another key or other types. Drop its view "
                + $"and it (drop view {history.View}; drop table {history.Observed}); the next run begins a new "
                + "history, a reload of old drops fills it.");
        }
    }

    /// <summary>Observations are never thrown away by editing a file; the view is computed from them.</summary>
    public IEnumerable<string> Statements()
    {
        var isAsItIs = view is not null && view.Comment == history.Mark;
        if ((history.Contract.HasHistory && isAsItIs) || (!history.Contract.HasHistory && view is null))
        {
            return [];
        }
        // Replaced where that is possible: views that others made on it stay.
        var drop = view is null || (history.Contract.HasHistory && IsLonger(view)) ? Array.Empty<string>()
            : [$"drop view {history.View}"];
        return history.Contract.HasHistory ? [.. drop, .. Observe(), .. Show()] : drop;
    }

    private IEnumerable<string> Observe()
    {
        if (observed is null)
        {
            yield return history.CreateObserved;
        }
        foreach (var column in history.Contract.History.Where(column => view?.Columns.ContainsKey(column) != true))
        {
            if (observed?.Columns.ContainsKey(column) == false)
            {
                yield return $"alter table {history.Observed} add column {history.Define(column)}";
            }
            if (observed is not null)
            {
                yield return history.Fill(column);
            }
        }
        if (view is null)
        {
            yield return history.Seed;
        }
    }

    private IEnumerable<string> Show() =>
        [history.CreateView, $"comment on view {history.View} is {SqlText.Literal(history.Mark)}"];

    private bool IsLonger(ExistingTable found) =>
        history.ViewColumns.Take(found.Columns.Count).SequenceEqual(found.Columns.Keys);

    private bool Fits(ExistingTable found) =>
        found.Key.SequenceEqual(history.Contract.PrimaryKey.Prepend(HistoryTable.DropId))
        && history.Columns.All(name =>
            !found.Columns.TryGetValue(name, out var was) || was.Type == history.TypeOf(name).Formatted);
}
