using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>Which days have drops, and of which tables.</summary>
internal sealed class MissingDrops
{
    private readonly List<DateOnly> _days;
    private readonly ILookup<string, DateOnly> _byTable;
    private readonly string _unloaded;

    private MissingDrops(List<DateOnly> days, ILookup<string, DateOnly> byTable, string unloaded) =>
        (_days, _byTable, _unloaded) = (days, byTable, unloaded);

    /// <summary>
    /// The days a run judges: the newest up to its date that has a drop of any table, and those with drops that were
    /// loaded since the last run whose checks passed.
    /// </summary>
    public static async Task<MissingDrops> ReadAsync(
        NpgsqlConnection connection, long runId, CancellationToken cancellationToken)
    {
        var drops = await connection.QueryAsync<(string Table, DateOnly Date, bool IsNew)>(
            $"""
            select
                drop.table_name, drop.drop_date,
                coalesce(bool_or(load.run_id > (
                    select max(run.run_id) from ops.run where {AcceptedRuns.Of("drop.table_name")}
                )), false)
            from ops.drop
            left join ops.load using (drop_id)
            where drop.drop_date <= (select through_date from ops.run where run_id = @runId)
            group by drop.table_name, drop.drop_date
            """,
            new { runId }, cancellationToken);
        var newest = drops.Count == 0 ? default : drops.Max(drop => drop.Date);
        var days = drops.Where(drop => drop.Date == newest || (drop.IsNew && drop.Date > newest.AddDays(-31)))
            .Select(drop => drop.Date).Distinct().Order().ToList();
        var unloaded = await connection.ExecuteScalarAsync<string>(
            "select message from ops.check_result where run_id = @runId and check_id = @Id and status = 'warn'",
            new { runId, UnloadedFiles.Id }, cancellationToken);
        return new MissingDrops(
            days, drops.ToLookup(drop => drop.Table, drop => drop.Date, StringComparer.Ordinal), unloaded ?? "");
    }

    /// <summary>What the check finds: the newest day without a drop, or that all have theirs.</summary>
    public DayResult Judge(Check check, MissingDropRule rule)
    {
        var own = _byTable[check.Model.Name].ToHashSet();
        var expected = _days.Where(day => rule.Weekdays.Contains(day.DayOfWeek) && own.Any(one => one < day)).ToList();
        if (own.Count == 0 || expected.Count == 0)
        {
            return new DayResult(null, 0, 0, WhyNone(own, rule));
        }
        var missing = expected.Where(day => !own.Contains(day)).ToList();
        return missing.Count == 0
            ? new DayResult(expected[^1], expected.Count, 0, $"the drop of {UsualText.Day(expected[^1])} is there")
            : new DayResult(missing[^1], expected.Count, missing.Count, Describe(check, missing));
    }

    private string WhyNone(HashSet<DateOnly> own, MissingDropRule rule) => own.Count == 0 ? "it never had a drop"
        : _days.Exists(day => rule.Weekdays.Contains(day.DayOfWeek))
            ? $"its first drop is that of {UsualText.Day(own.Min())}"
            : $"no drop is expected on a {_days[^1].DayOfWeek}";

    private string Describe(Check check, List<DateOnly> missing)
    {
        var day = UsualText.Day(missing[^1]);
        var others = _byTable.Where(table => table.Contains(missing[^1])).Select(table => table.Key)
            .Order(StringComparer.Ordinal).ToList();
        var more = missing.Count > 1 ? $", and {missing.Count - 1} earlier of this run" : "";
        var hint = _unloaded.Contains($"{day}/", StringComparison.Ordinal)
            ? $" Files of that day have names of no table; see {UnloadedFiles.Id}."
            : "";
        return $"there is no drop of {day}{more}, though {Named(others)} of that day "
            + $"{(others.Count == 1 ? "is" : "are")} there; expected "
            + $"{check.Source!.ExamplePath(missing[^1])} or the like. Ask its sender.{hint}";
    }

    private static string Named(List<string> tables) => tables.Count > 3
        ? $"the drops of {tables.Count} tables"
        : $"{(tables.Count == 1 ? "that" : "those")} of {string.Join(" and ", tables)}";
}
