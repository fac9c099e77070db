using Greenery.Warehouse;

namespace Greenery.Checks;

/// <summary>The statements that evaluate checks. <c>t</c> is the table checked, in all of them.</summary>
public static class CheckSql
{
    /// <summary>Placeholder in a rule: the model's name as a literal.</summary>
    internal const string ModelPlaceholder = "@model@";

    /// <summary>Placeholder in a rule: the check's id as a literal.</summary>
    internal const string CheckPlaceholder = "@check@";

    /// <summary>Placeholder in a rule: the check's <c>where</c> as a literal.</summary>
    internal const string WherePlaceholder = "@where@";

    /// <summary>
    /// One scan for all the row rules: a column with the rows looked at and one with the rows failing, per check.
    /// </summary>
    public static string Scan(string table, IReadOnlyList<Check> checks)
    {
        var counts = checks.SelectMany(check => new[]
        {
            $"count(*) filter (where {LookedAt(check)})",
            $"count(*) filter (where {LookedAt(check)} and ({((RowCheckRule)check.Rule).Failing}))",
        });
        return $"select array[{string.Join(",\n    ", counts)}]::bigint[] from {table} as t";
    }

    /// <summary>One row: rows looked at, rows failing.</summary>
    public static string Count(string table, Check check) => check.Rule switch
    {
        SetCheckRule rule => Count(table, check, rule),
        StatisticRule => Statistics(table, [check]),
        RowCheckRule => Scan(table, [check]),
        _ => check.Rule.Sql,
    };

    /// <summary>One scan for the numbers of statistic rules: each, and the rows it is of.</summary>
    public static string Statistics(string table, IReadOnlyList<Check> checks)
    {
        var numbers = checks.SelectMany(check => ((StatisticRule)check.Rule).Readings.SelectMany(reading => new[]
        {
            reading.Value(check.Where), reading.Rows(check.Where),
        }));
        return $"select array[{string.Join(",\n    ", numbers)}]::numeric[] from {table} as t";
    }

    private static string Count(string table, Check check, SetCheckRule rule) =>
        $"with t as not materialized ({Rows(table, check)}) select array[looked_at, failing"
        + $"{(rule.KeepsCount ? ", counted" : "")}]::bigint[] from ("
            + rule.Count.Replace(ModelPlaceholder, SqlText.Literal(check.Model.Name), StringComparison.Ordinal)
                .Replace(CheckPlaceholder, SqlText.Literal(check.Id), StringComparison.Ordinal)
                .Replace(WherePlaceholder, SqlText.Literal(check.Where ?? ""), StringComparison.Ordinal)
            + ") as counts";

    /// <summary>Failing rows as JSON, columns marked as personal masked.</summary>
    public static string Offenders(string table, Check check, int limit)
    {
        var rows = check.Rule switch
        {
            SetCheckRule rule => $"with t as not materialized ({Rows(table, check)}) {rule.Offenders}",
            RowCheckRule rule => $"select t.* from {table} as t where {LookedAt(check)} and ({rule.Failing})",
            _ => throw new InvalidOperationException($"No SQL for {check.Rule}."),
        };
        return $"select ({check.ShownRows.Sql()})::text from ({rows} limit {limit}) as r";
    }

    private static string Rows(string table, Check check) =>
        $"select t.* from {table} as t{(check.Where is { } where ? $" where {where}" : "")}";

    private static string LookedAt(Check check) =>
        $"({((RowCheckRule)check.Rule).LookedAt})" + (check.Where is { } where ? $" and ({where})" : "");
}
