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
    /// <summary>The keys whose rows are computed again. No model can have this name.</summary>
    public const string Touched = "_touched";

    private readonly Model _model = planned.Model;
    private readonly string _table = SqlText.Name("warehouse", planned.TableName);

    /// <summary>
    /// Leaves the rows that are new, or other than before, in <c>pg_temp._delta</c>, and the rows of the table that are
    /// as before in <c>pg_temp._kept</c>.
    /// </summary>
    /// <returns>
    /// Conditions, of which no two hold for one row, on the rows of the table (<c>base</c>) that are replaced.
    /// </returns>
    public async Task<IReadOnlyList<string>> CreateAsync(CancellationToken cancellationToken)
    {
        await new TouchedKeys(connection, planned).FindAsync(cancellationToken);
        var isWhole = await IsWholeAsync(cancellationToken);
        var touched = await KeyMatch.ReadAsync(connection, Touched, _model.RebuildKey, cancellationToken);
        var closed = isWhole ? await ClosedKeys.FindAsync(connection, _model, cancellationToken) : null;
        IEnumerable<string> Touches(string table) => isWhole ? [closed?.HasNot(table) ?? "true"]
            : touched.Conditions(table);
        if (!isWhole)
        {
            await new RestrictedInputs(connection, _model).CreateAsync(touched, cancellationToken);
        }
        await connection.ExecuteAsync(
            $"""
            create temp table _delta on commit drop as
            select model.* from ({planned.Statement}
            ) as model where {string.Join(" or ", Touches("model").DefaultIfEmpty("false"))};
            analyze _delta
            """, null, cancellationToken);
        await KeepAsync(cancellationToken);
        return [.. Touches("base").Select(condition => $"{condition} and not exists "
            + "(select from pg_temp._kept where _kept._in = base.tableoid and _kept._at = base.ctid)")];
    }

    // Whether reading the inputs as a whole is cheaper. A model of few rows may be a small part of a large input.
    private Task<bool> IsWholeAsync(CancellationToken cancellationToken)
    {
        var inputs = _model.Inputs.Where(input => !input.IsLookup).Select(input =>
            planned.Reads.TryGetValue(input.Name, out var parent) ? SqlText.Name("warehouse", parent.Table)
            : SqlText.Name("staging", input.Name));
        return connection.ExecuteScalarAsync<bool>(
            $"""
            select
                touched.n * {KeyTrace.WholeFromOneIn} >= greatest(live.row_count, 1)
                and touched.n * {20 * KeyTrace.WholeFromOneIn} >= (
                    select coalesce(max({TableSizes.RowsOf("to_regclass(name)")}), 0) from unnest(@inputs) as name
                )
            from (select count(*) as n from pg_temp.{Touched}) as touched
            cross join (select row_count from ops.live where model = @Name) as live
            """, new { _model.Name, inputs = inputs.ToArray() }, cancellationToken);
    }

    // What is as before stays, so that models that read this one have nothing to do. With a key twice, which row is
    // which is not known, and all are replaced.
    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        var key = SqlText.Names(_model.UniqueKey);
        var columns = await ModelSql.ColumnsAsync(connection, planned.TableName, cancellationToken);
        // As stored, so that every type can be compared. Without the cast, PostgreSQL compares column by column.
        string Row(string table) =>
            $"row({string.Join(", ", columns.Select(column => $"{table}.{SqlText.Name(column)}"))})::record";
        var isDistinct = await connection.ExecuteScalarAsync<bool>(
            $"""
            select not exists (select from pg_temp._delta group by {key} having count(*) > 1)
                and not exists (select from {_table} as base where _removed_by = {ModelSql.DoubleMark})
            """, null, cancellationToken);
        await connection.ExecuteAsync(
            $"""
            create temp table _kept on commit drop as
            -- one row for one: of rows that are alike by mistake, the others go
            select distinct on (_delta.ctid) base.tableoid as _in, base.ctid as _at, _delta.ctid as _delta_at
            from {_table} as base
            inner join pg_temp._delta on {KeyMatch.AreEqual("base", _model.UniqueKey, "_delta", _model.UniqueKey)}
            where {(isDistinct ? $"base._removed_by is null and {Row("base")} *= {Row("_delta")}" : "false")};
            analyze _kept;
            delete from pg_temp._delta using pg_temp._kept where _delta.ctid = _kept._delta_at
            """, null, cancellationToken);
    }
}
