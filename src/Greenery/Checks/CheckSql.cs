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
    /// One scan for all row rules and numbers: per row rule the rows looked at and the rows failing, per number of a
    /// statistic rule the number and the rows it is of.
    /// </summary>
    public static string Scan(string table, IReadOnlyList<Check> checks)
    {
        var numbers = checks.SelectMany(Numbers);
        return $"select array[{string.Join(",\n    ", numbers)}]::double precision[] from {table} as t";
    }

    /// <summary>How many numbers of a scan are a check's.</summary>
    public static int NumbersOf(Check check) => check.Rule is StatisticRule rule ? 2 * rule.Readings.Count : 2;

    private static IEnumerable<string> Numbers(Check check) => check.Rule is StatisticRule rule
        ? rule.Readings.SelectMany(reading => new[] { reading.Value(check.Where), reading.Rows(check.Where) })
        :
        [
            $"count(*) filter (where {LookedAt(check)})",
            $"count(*) filter (where {LookedAt(check)} and ({((RowCheckRule)check.Rule).Failing}))",
        ];

    /// <summary>One row: rows looked at, rows failing.</summary>
    public static string Count(string table, Check check) => check.Rule switch
    {
        SetCheckRule rule => Count(table, check, rule),
        StatisticRule or RowCheckRule => Scan(table, [check]),
        _ => check.Rule.Sql,
    };

    private static string Count(string table, Check check, SetCheckRule rule) =>
        $"with t as not materialized ({Rows(table, check)}){rule.Named} select array["
        + $"{string.Join(", ", (string[])["looked_at", "failing", .. rule.Numbers])}]::bigint[] from ("
            + rule.Count.Replace(ModelPlaceholder, SqlText.Literal(check.Model.Name), StringComparison.Ordinal)
                .Replace(CheckPlaceholder, SqlText.Literal(check.Id), StringComparison.Ordinal)
                .Replace(WherePlaceholder, SqlText.Literal(check.Where ?? ""), StringComparison.Ordinal)
            + ") as counts";

    /// <summary>Failing rows as JSON, columns marked as personal masked.</summary>
    public static string Offenders(string table, Check check, int limit) =>
        $"select ({check.ShownRows.Sql()})::text from ({FailingRows(table, check)} limit {limit}) as r";

    /// <summary>The failing rows as they are, personal columns too.</summary>
    /// <exception cref="InvalidOperationException">The check looks at no rows.</exception>
    public static string FailingRows(string table, Check check) => check.Rule switch
    {
        SetCheckRule rule => $"with t as not materialized ({Rows(table, check)}){rule.Named} {rule.Offenders}",
        RowCheckRule rule => $"select t.* from {table} as t where "
            + (rule.LookedAt == "true" && check.Where is null ? "" : $"{LookedAt(check)} and ") + $"({rule.Failing})",
        _ => throw new InvalidOperationException($"No SQL for {check.Rule}."),
    };

    private static string Rows(string table, Check check) =>
        $"select t.* from {table} as t{(check.Where is { } where ? $" where {where}" : "")}";

    private static string LookedAt(Check check) =>
        $"({((RowCheckRule)check.Rule).LookedAt})" + (check.Where is { } where ? $" and ({where})" : "");
}
