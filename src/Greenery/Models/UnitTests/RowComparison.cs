using Greenery.Models.Building;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.UnitTests;

/// <summary>
/// Compares two temporary tables row by row, in no order, as often as rows occur. Values are compared by PostgreSQL:
/// 5 is 5.00.
/// </summary>
/// <param name="connection">Has the tables.</param>
/// <param name="model">Whose rows they are: says which columns are personal and which are the key.</param>
internal sealed class RowComparison(NpgsqlConnection connection, Model model)
{
    /// <summary>The rows of each kind that are shown.</summary>
    public const int MostShown = 20;

    // No column of a model has this name.
    private const string Number = "\"#\"";

    private readonly HashSet<string> _personal =
        [.. model.Columns.Where(column => column.IsPersonal).Select(column => column.Name)];

    /// <summary>Compares the columns, which both tables have.</summary>
    public async Task<RowDifference> CompareAsync(
        string expected, string found, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var compared = await ComparableColumns.ReadAsync(
            connection, $"pg_temp.{SqlText.Name(found)}", cancellationToken);
        var select = string.Join(", ", columns.Select(name => compared.Find(column => column.Name == name)!.Sql));
        var missing = await SubtractAsync("_missing", select, expected, found, cancellationToken);
        var unexpected = await SubtractAsync("_unexpected", select, found, expected, cancellationToken);
        if (missing + unexpected == 0)
        {
            return new RowDifference(0, 0, [], [], []);
        }
        var (missingRows, unexpectedRows) = (
            await ReadAsync("_missing", columns, cancellationToken),
            await ReadAsync("_unexpected", columns, cancellationToken));
        var pairs = RowPairs.Find(
            await EqualValuesAsync(columns, cancellationToken), Key(columns), columns.Count);
        return new RowDifference(
            missing, unexpected,
            [.. missingRows.Where(row => pairs.All(pair => pair.Expected != row.Key))
                .Select(row => RowIdentity.Describe(columns, row.Value))],
            [.. unexpectedRows.Where(row => pairs.All(pair => pair.Found != row.Key))
                .Select(row => RowIdentity.Describe(columns, row.Value))],
            [.. pairs.Select(pair =>
                Changed(columns, missingRows[pair.Expected], unexpectedRows[pair.Found], pair.IsEqual))]);
    }

    private async Task<long> SubtractAsync(
        string result, string select, string of, string without, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            create temp table {result} as
            select row_number() over () as {Number}, * from (
                select {select} from pg_temp.{SqlText.Name(of)}
                except all
                select {select} from pg_temp.{SqlText.Name(without)}
            ) as other
            """, null, cancellationToken);
        return await connection.ExecuteScalarAsync<long>(
            $"select count(*) from pg_temp.{result}", null, cancellationToken);
    }

    private async Task<Dictionary<long, string?[]>> ReadAsync(
        string table, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var values = columns.Select(name => RowIdentity.Masked(
            SqlText.Name(name), _personal.Contains(name), $"{SqlText.Name(name)}::text"));
        await using var command = new NpgsqlCommand(
            $"select {Number}, array[{string.Join(", ", values)}]::text[] from pg_temp.{table} "
                + $"order by {Number} limit {MostShown}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new Dictionary<long, string?[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(reader.GetInt64(0), reader.GetFieldValue<string?[]>(1));
        }
        return rows;
    }

    // For each row that is missing and each that was not expected: which of their values are equal.
    private async Task<List<EqualValues>> EqualValuesAsync(
        IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var equal = columns.Select(name => $"m.{SqlText.Name(name)} is not distinct from u.{SqlText.Name(name)}");
        await using var command = new NpgsqlCommand(
            $"""
            select m.{Number}, u.{Number}, array[{string.Join(", ", equal)}]::boolean[]
            from pg_temp._missing as m
            cross join pg_temp._unexpected as u
            where m.{Number} <= {MostShown} and u.{Number} <= {MostShown}
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var pairs = new List<EqualValues>();
        while (await reader.ReadAsync(cancellationToken))
        {
            pairs.Add(new EqualValues(reader.GetInt64(0), reader.GetInt64(1), reader.GetFieldValue<bool[]>(2)));
        }
        return pairs;
    }

    private int[] Key(IReadOnlyList<string> columns)
    {
        var key = RowIdentity.Key(model);
        int[] places = [.. columns.Index().Where(column => key.Contains(column.Item)).Select(column => column.Index)];
        return places.Length == key.Count ? places : [];
    }

    private ChangedRow Changed(
        IReadOnlyList<string> columns, string?[] expected, string?[] found, bool[] isEqual)
    {
        var key = Key(columns);
        int[] shown = key.Length > 0 ? key : [.. Enumerable.Range(0, columns.Count).Where(i => isEqual[i])];
        return new ChangedRow(
            RowIdentity.Describe([.. shown.Select(i => columns[i])], [.. shown.Select(i => expected[i])]),
            [.. Enumerable.Range(0, columns.Count).Where(i => !isEqual[i])
                .Select(i => new ChangedValue(columns[i], expected[i] ?? "null", found[i] ?? "null"))]);
    }
}

/// <summary>A row that is expected, one that was returned, and which of their values are equal.</summary>
internal sealed record EqualValues(long Expected, long Found, bool[] IsEqual);
