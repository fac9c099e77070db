using System.Globalization;
using Greenery.Staging;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>Says which values failing rows have, how often, and what was expected instead.</summary>
internal static class FoundValues
{
    private const int ValuesNamed = 3;
    private const int LongestValue = 60;

    /// <summary>
    /// The end of a message: <c>; found 'lost' (12), 'open' (3); expected shipped or delivered</c>. Empty for a check
    /// whose kind says enough.
    /// </summary>
    /// <param name="connection">Its search path finds what the check reads.</param>
    /// <param name="table">SQL for the rows that were looked at.</param>
    /// <param name="check">A check that rows fail.</param>
    public static async Task<string> DescribeAsync(
        NpgsqlConnection connection, string table, Check check, CancellationToken cancellationToken) =>
        check.Rule.Expected.Length == 0 ? ""
            : $"{await FoundAsync(connection, table, check, cancellationToken)}; expected {check.Rule.Expected}";

    private static async Task<string> FoundAsync(
        NpgsqlConnection connection, string table, Check check, CancellationToken cancellationToken)
    {
        var columns = check.Column is { } only ? [only] : check.Rule is SetCheckRule rule ? rule.Columns : [];
        if (columns.Count == 0)
        {
            return "";
        }
        // A personal value is shown in no message, whatever it is.
        if (columns.Any(column => check.ShownRows.Personal.Contains(column, StringComparer.OrdinalIgnoreCase)))
        {
            return "; the values are personal data and not shown";
        }
        var values = await ReadAsync(connection, table, check, columns, cancellationToken);
        return values.Count == 0 ? "" : $"; found {string.Join(", ", values)}";
    }

    // The most frequent ones. JSON may hold personal fields, which only rows are masked for.
    private static async Task<List<string>> ReadAsync(
        NpgsqlConnection connection, string table, Check check, IReadOnlyList<string> columns,
        CancellationToken cancellationToken)
    {
        var parts = columns.Select(column => $"coalesce(r.{SqlText.Name(column)}::text, 'null')");
        var isJson = string.Join(" or ", columns.Select(column =>
            $"pg_typeof(r.{SqlText.Name(column)})::text in ('json', 'jsonb')"));
        var values = await connection.QueryAsync<(string Value, long Rows)>(
            $"""
            select left({string.Join(" || ', ' || ", parts)}, {LongestValue + 1}) as value, count(*)
            from ({CheckSql.FailingRows(table, check)}) as r
            where not ({isJson})
            group by 1
            order by 2 desc, 1
            limit {ValuesNamed}
            """,
            null, cancellationToken);
        return [.. values.Select(value => string.Create(
            CultureInfo.InvariantCulture, $"'{Shorten(value.Value)}' ({value.Rows})"))];
    }

    private static string Shorten(string value) =>
        value.Length <= LongestValue ? value : $"{ReadableText.Start(value, LongestValue)}…";
}
