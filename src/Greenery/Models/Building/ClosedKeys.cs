using System.Globalization;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// The keys of a model by key that have lost source rows by retention, in <c>warehouse.&lt;model&gt;__closed</c>.
/// What is left of their source rows is less than the truth, so that their rows are never computed again: they stay as
/// they were.
/// </summary>
internal sealed class ClosedKeys
{
    private readonly NpgsqlConnection _connection;
    private readonly Model _model;
    private readonly KeyMatch _keys;

    private ClosedKeys(NpgsqlConnection connection, Model model, KeyMatch keys) =>
        (_connection, _model, _keys) = (connection, model, keys);

    /// <summary>Ends the names of these tables; no version of a model is called so.</summary>
    public const string Ending = "__closed";

    /// <summary>The table of a model, quoted, with its schema.</summary>
    public static string NameOf(Model model) => SqlText.Name("warehouse", $"{model.Name}{Ending}");

    /// <summary>The closed keys of a model; null when it has none.</summary>
    /// <exception cref="ConfigurationException">They are keys of other columns than the model's today.</exception>
    public static async Task<ClosedKeys?> FindAsync(
        NpgsqlConnection connection, Model model, CancellationToken cancellationToken)
    {
        if (!model.IsByKey)
        {
            return null;
        }
        var columns = await connection.QueryAsync<string>(
            """
            select attname::text from pg_attribute
            where attrelid = to_regclass(@table) and attnum > 0 and not attisdropped
            """, new { table = NameOf(model) }, cancellationToken);
        if (columns.Count == 0)
        {
            return null;
        }
        if (!columns.Order().SequenceEqual(model.RebuildKey.Order()))
        {
            throw Refusal(
                model,
                $"is computed by ({string.Join(", ", model.RebuildKey)}) now, but its rows of which source rows were "
                + $"removed (config: keep) are known by ({string.Join(", ", columns)}). Restore its unique_key or "
                + "rebuild_key");
        }
        // Joined with the model's rows on all nodes.
        await Cluster.PlaceAsync(
            connection, NameOf(model), model.Distribution is null ? null : Distribution.Reference, beside: null,
            cancellationToken);
        return new ClosedKeys(connection, model, await KeyMatch.ReadAsync(
            connection, NameOf(model), "closed", model.RebuildKey, cancellationToken));
    }

    /// <summary>SQL: no row of a closed key.</summary>
    /// <param name="table">How the statement calls the table that has the row.</param>
    public string HasNot(string table) =>
        string.Join(" and ", _keys.Conditions(table).Select(condition => $"not {condition}").DefaultIfEmpty("true"));

    /// <summary>Takes them out of the keys that are computed again, and writes down how many that were.</summary>
    /// <param name="touched">The temporary table of these keys.</param>
    /// <param name="runId">The run that computes them.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public async Task LeaveOutAsync(string touched, long runId, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var condition in _keys.Conditions("touched"))
        {
            count += await _connection.ExecuteAsync(
                $"delete from {touched} as touched where {condition}", null, cancellationToken);
        }
        await _connection.ExecuteAsync(
            "update ops.run_model set closed_keys = @count where run_id = @runId and model = @Name",
            new { count, runId, _model.Name }, cancellationToken);
    }

    /// <summary>
    /// Copies their rows, as readers see them, into a table that was built in full. Columns that the model did not have
    /// then are null.
    /// </summary>
    /// <returns>How many rows there were.</returns>
    /// <exception cref="ConfigurationException">A column has a type now that its old values do not fit.</exception>
    public async Task<int> TakeOverAsync(PlannedModel planned, CancellationToken cancellationToken)
    {
        if (!(await ModelVersion.ReadLiveAsync(_connection, cancellationToken)).TryGetValue(_model.Name, out var live))
        {
            return 0;
        }
        var had = await ModelSql.ColumnsAsync(_connection, live.Table, cancellationToken);
        var has = await ModelSql.ColumnsAsync(_connection, planned.TableName, cancellationToken);
        var both = SqlText.Names(has.Intersect(had));
        try
        {
            var taken = 0;
            foreach (var condition in _keys.Conditions("shown"))
            {
                taken += await _connection.ExecuteAsync(string.Create(CultureInfo.InvariantCulture,
                    $"""
                    insert into {SqlText.Name("warehouse", planned.TableName)} ({both}, _run_id)
                    select {both}, {planned.Version} from ({live.Select("*")}) as shown where {condition}
                    """), null, cancellationToken);
            }
            return taken;
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DatatypeMismatch
            or PostgresErrorCodes.NumericValueOutOfRange or PostgresErrorCodes.StringDataRightTruncation)
        {
            throw Refusal(
                _model,
                "has rows of which source rows were removed (config: keep), to be taken over by its full build, but "
                + $"its columns have other types now: {exception.MessageText}. Cast the column in its select to the "
                + "type that it had");
        }
    }

    private static ConfigurationException Refusal(Model model, string fault) => new(
        [new Diagnostic(model.File, $"{model} {fault}, or drop {NameOf(model)} to give these rows up.")]);

    /// <summary>Adds the keys that rows of a source table lead to.</summary>
    /// <param name="connection">In the transaction that removes the rows.</param>
    /// <param name="model">A model by key that reads the table.</param>
    /// <param name="source">The name of the table.</param>
    /// <param name="rows">Quoted name of the table that has the rows.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    /// <exception cref="ConfigurationException">There are such keys, of other columns.</exception>
    public static async Task AddAsync(
        NpgsqlConnection connection, Model model, string source, string rows, CancellationToken cancellationToken)
    {
        await FindAsync(connection, model, cancellationToken);
        var input = model.Inputs.First(input => input.Name == source && !input.IsLookup);
        var key = SqlText.Names(model.RebuildKey);
        var values = string.Join(", ", input.Key.Zip(model.RebuildKey, (column, name) =>
            $"{SqlText.Name(column)} as {SqlText.Name(name)}"));
        var isKey = string.Join(" and ", input.Key.Select(column => $"{SqlText.Name(column)} is not null"));
        await connection.ExecuteAsync(
            $"""
            create table if not exists {NameOf(model)} as select {values} from {rows} with no data;
            create unique index if not exists {SqlText.Name($"{model.Name}{Ending}_key")}
            on {NameOf(model)} ({key}) nulls not distinct;
            insert into {NameOf(model)} ({key})
            select distinct {values} from {rows}{(input.SkipsNulls ? $" where {isKey}" : "")}
            on conflict do nothing;
            analyze {NameOf(model)}
            """, null, cancellationToken);
    }
}
