using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>Finds the rows of a day's drops that fail a row check, as staging has them.</summary>
/// <param name="check">A row check of a source table.</param>
/// <param name="loads">The loads of the day.</param>
internal sealed class DropOffenders(Check check, long[] loads)
{
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
        var text = finding.Text + await FoundValues.DescribeAsync(connection, Rows, check, cancellationToken);
        return (finding with { Text = text }).ToResult(
            check, [.. rows.Select(row => FailingRowText.Of(row, check.ShownRows.Personal))]);
    }
}
