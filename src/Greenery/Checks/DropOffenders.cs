using System.Globalization;
using Greenery.Staging;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>Finds the rows of a day's drops that fail a row check, as staging has them.</summary>
/// <param name="check">A row check of a source table.</param>
/// <param name="loads">The loads of the day.</param>
internal sealed class DropOffenders(Check check, long[] loads)
{
    private const int ValuesNamed = 3;
    private const int LongestValue = 60;

    private RowCheckRule Rule => (RowCheckRule)check.Rule;

    // By drop: a row that a corrected upload repeats keeps the load sequence of the earlier one.
    private string Rows =>
        $"(select * from {check.Model.QualifiedName} where _drop_id in (select drop_id from ops.load "
        + $"where load_seq = any(array[{string.Join(", ", loads)}]::bigint[])))";

    /// <summary>Counts the rows, of a day that was loaded before the check was declared as it is now.</summary>
    public async Task<DayResult> CountAsync(
        NpgsqlConnection connection, DateOnly day, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"set search_path to {SourceModel.Schema}", null, cancellationToken);
        try
        {
            var numbers = await connection.ExecuteScalarAsync<double[]>(
                CheckSql.Scan(Rows, [check]), null, cancellationToken);
            return DropValues.OfRows(day, (long)numbers![0], (long)numbers[1]);
        }
        catch (PostgresException exception) when (!exception.IsTransient)
        {
            return DropValues.NotEvaluated(check, day, PostgresMessage.Of(exception));
        }
    }

    /// <summary>The result with failing rows, and with the values that were found instead of those expected.</summary>
    public async Task<CheckResult> AddToAsync(
        NpgsqlConnection connection, DayResult finding, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"set search_path to {SourceModel.Schema}", null, cancellationToken);
        var rows = await connection.QueryAsync<string>(
            CheckSql.Offenders(Rows, check, CheckRunner.OffendersKept), null, cancellationToken);
        var found = await ValuesAsync(connection, cancellationToken);
        var text = finding.Text
            + (found.Count > 0 ? $"; found {string.Join(", ", found)}" : "")
            + (Rule.Expected.Length > 0 ? $"; expected {Rule.Expected}" : "");
        return (finding with { Text = text }).ToResult(
            check, [.. rows.Select(row => FailingRowText.Of(row, check.ShownRows.Personal))]);
    }

    // The most frequent ones; a personal column's are not shown.
    private async Task<List<string>> ValuesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (check.Column is not { } column || Rule.Expected.Length == 0
            || check.ShownRows.Personal.Contains(column, StringComparer.OrdinalIgnoreCase))
        {
            return [];
        }
        var name = SqlText.Name(column);
        var values = await connection.QueryAsync<(string Value, long Rows)>(
            $"""
            select left(t.{name}::text, {LongestValue + 1}), count(*)
            from {Rows} as t
            where ({Rule.LookedAt}) and ({Rule.Failing}) and ({check.Where ?? "true"})
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
