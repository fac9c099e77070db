using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Evaluates the checks of source tables once all drops are loaded: of each table the newest day, and every day that
/// was loaded since the last run whose checks passed, so that what stopped a run stops the next one too.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="checks">Those of models are left out.</param>
public sealed class SourceChecks(PostgresWarehouse warehouse, IReadOnlyList<Check> checks)
{
    // A backlog is judged as far back as this.
    private const int DaysJudged = 31;

    private readonly List<Check> _checks = [.. checks.Where(check => check.Source is not null)];

    /// <summary>The results, in the order of the checks. Nothing is written.</summary>
    public async Task<IReadOnlyList<CheckResult>> RunAsync(RunLease lease, CancellationToken cancellationToken)
    {
        if (_checks.Count == 0)
        {
            return [];
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var days = await LoadedDay.ReadAsync(
            connection, _checks.Select(check => check.Model.Name), cancellationToken);
        var values = await CheckValueStore.ReadAsync(connection, _checks.Select(check => check.Id), cancellationToken);
        var missing = await MissingDrops.ReadAsync(connection, lease.RunId, cancellationToken);
        var results = new List<CheckResult>();
        foreach (var check in _checks)
        {
            var loaded = days[check.Model.Name].ToList();
            results.Add(
                check.Rule is MissingDropRule rule ? missing.Judge(check, rule).ToResult(check, [])
                : check.Rule is DropRowsRule || DropMeasures.IsMeasured(check)
                    ? await JudgeAsync(connection, check, loaded, [.. values[check.Id]], cancellationToken)
                : await AskTableAsync(check, cancellationToken));
        }
        return results;
    }

    private static async Task<CheckResult> JudgeAsync(
        NpgsqlConnection connection, Check check, List<LoadedDay> loaded, List<StoredValue> values,
        CancellationToken cancellationToken)
    {
        var days = DaysToJudge(check, loaded);
        if (days.Count == 0)
        {
            return new DayResult(null, 0, 0, "it never had a drop").ToResult(check, []);
        }
        var findings = new List<DayResult>();
        foreach (var day in days)
        {
            findings.Add(check.Rule switch
            {
                DropRowsRule rule => UsualJudge.Judge(
                    day.Date, rule.Range,
                    [("", [.. loaded.Select(one => new DayValue(one.Date, one.Rows, one.Rows))])], " rows"),
                // A rule that is new or was changed is asked of the rows that are there.
                RowCheckRule => DropValues.Judge(check, day.Date, values)
                    ?? await new DropOffenders(check, day.Loads).CountAsync(connection, day.Date, cancellationToken),
                _ => DropValues.Judge(check, day.Date, values) ?? DropValues.NotTaken(day.Date),
            });
        }
        var finding = DayResult.Worst(check, findings);
        var isShown = check.Rule is RowCheckRule && finding.StatusOf(check) is CheckStatus.Warn or CheckStatus.Fail;
        return isShown
            ? await new DropOffenders(check, days.First(day => day.Date == finding.Day).Loads)
                .AddToAsync(connection, finding, cancellationToken)
            : finding.ToResult(check, []);
    }

    // What was unusual in a history that is loaded at once is no news; a row that fails is.
    private static List<LoadedDay> DaysToJudge(Check check, List<LoadedDay> loaded) => loaded.Count == 0 ? [] :
    [
        .. loaded.Where(day => day.IsNew && (!day.IsFirst || check.Rule is RowCheckRule)
                && day.Date > loaded[^1].Date.AddDays(-DaysJudged))
            .Append(loaded[^1]).DistinctBy(day => day.Date),
    ];

    // Other rows or other tables than the drop's decide, so all rows are looked at.
    private async Task<CheckResult> AskTableAsync(Check check, CancellationToken cancellationToken) =>
        (await new CheckRunner(warehouse).RunAsync(
            new CheckTarget(SourceModel.Schema, check.Model.QualifiedName), [check],
            cancellationToken))[0];
}
