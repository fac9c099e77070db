using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Computes again the rows of the keys that changed inputs lead to, by the model's full select: the names of its inputs
/// mean temporary tables that hold the rows of these keys only.
/// </summary>
/// <param name="connection">In the model's transaction, whose search path is the run's.</param>
/// <param name="planned">The model's version.</param>
internal sealed class KeyedDelta(NpgsqlConnection connection, PlannedModel planned)
{
    private const string Kept = "_kept";

    private readonly Model _model = planned.Model;
    private readonly string _table = SqlText.Name("warehouse", planned.TableName);

    /// <summary>
    /// Leaves the rows that are new, or other than before, in <see cref="Delta.Name"/>, and the keys of the rows of the
    /// table that are as before in <see cref="Kept"/>.
    /// </summary>
    /// <returns>
    /// Conditions, of which no two hold for one row, on the rows of the table (<c>base</c>) that are replaced.
    /// </returns>
    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        await new TouchedKeys(connection, planned).FindAsync(cancellationToken);
        var isWhole = await IsWholeAsync(cancellationToken);
        var touched = await KeyMatch.ReadAsync(connection, TouchedTable.Name, _model.RebuildKey, cancellationToken);
        var closed = isWhole ? await ClosedKeys.FindAsync(connection, _model, cancellationToken) : null;
        IEnumerable<string> Touches(string table) => isWhole ? [closed?.HasNot(table) ?? "true"]
            : touched.Conditions(table);
        if (!isWhole)
        {
            await new RestrictedInputs(connection, _model, TableOf).CreateAsync(touched, cancellationToken);
        }
        await new CopiedInputs(connection, _model).CreateAsync(
            planned.TableOf, isRestricted: !isWhole, cancellationToken);
        await Delta.CreateAsync(
            connection, planned,
            $"""
            select model.* from ({planned.Statement}
            ) as model where {string.Join(" or ", Touches("model").DefaultIfEmpty("false"))}
            """, cancellationToken);
        await KeepAsync(cancellationToken);
        var isKept = KeyMatch.AreEqual("base", _model.UniqueKey, "kept", _model.UniqueKey);
        return [.. Touches("base").Select(condition =>
            $"{condition} and not exists (select from {Kept} as kept where {isKept})")];
    }

    // Whether reading the inputs as a whole is cheaper. A model of few rows may be a small part of a large input.
    private async Task<bool> IsWholeAsync(CancellationToken cancellationToken)
    {
        var touched = await connection.ExecuteScalarAsync<long>(
            $"select count(*) from {TouchedTable.Name}", null, cancellationToken);
        var rows = await connection.ExecuteScalarAsync<long>(
            "select row_count from ops.live where model = @Name", new { _model.Name }, cancellationToken);
        if (touched * KeyTrace.WholeFromOneIn < Math.Max(rows, 1))
        {
            return false;
        }
        var largest = 0.0;
        foreach (var input in _model.Inputs.Where(input => !input.IsLookup))
        {
            largest = Math.Max(
                largest, await TableSizes.RowsAsync(connection, TableOf(input), cancellationToken));
        }
        return touched * 20 * KeyTrace.WholeFromOneIn >= largest;
    }

    // Of a history, the view: how large it is and where its rows are is not known.
    private string TableOf(ModelInput input) =>
        planned.TableOf(input.Name) ?? SqlText.Name("staging", input.Name);

    // What is as before stays, so that models that read this one have nothing to do. With a key twice, which row is
    // which is not known, and all are replaced.
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var key = SqlText.Names(_model.UniqueKey);
        var columns = await ModelSql.ColumnsAsync(connection, planned.TableName, cancellationToken);
        // As stored, so that every type can be compared.
        string Row(string table) =>
            $"row({string.Join(", ", columns.Select(column => $"{table}.{SqlText.Name(column)}"))})";
        var isUnique = await ModelSql.IsKeyUniqueAsync(connection, planned, cancellationToken);
        var isDistinct = await connection.ExecuteScalarAsync<bool>(
            $"""
            select not exists (select 1 from {Delta.Name} group by {key} having count(*) > 1 limit 1)
                {(isUnique ? "" : $"and not exists (select 1 from {_table} where _removed_by = {ModelSql.DoubleMark} limit 1)")}
            """, null, cancellationToken);
        var ofBase = string.Join(", ", _model.UniqueKey.Select(column => $"base.{SqlText.Name(column)}"));
        var isAlike = $"record_image_eq({Row("base")}, {Row("delta")})";
        var isSame = KeyMatch.AreEqual("base", _model.UniqueKey, "delta", _model.UniqueKey);
        await WorkTables.CreateAsAsync(
            connection, Kept,
            $"""
            select {ofBase}
            from {_table} as base
            inner join {Delta.Name} as delta on {isSame}
            where {(isDistinct ? "base._removed_by is null" : "false")}{(isUnique ? $" and {isAlike}" : "")}
            {(isUnique ? "" : $"group by {ofBase} having count(*) = 1 and bool_and({isAlike})")}
            """, _model.Distribution, SqlText.Name("warehouse", planned.TableName), cancellationToken);
        await connection.ExecuteAsync(
            $"""
            analyze {Kept};
            delete from {Delta.Name} as delta using {Kept} as base where {isSame}
            """, null, cancellationToken);
    }
}
