using System.Globalization;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>How a model's rows, as readers see them, compare with those of its full select.</summary>
/// <param name="Model">The model.</param>
/// <param name="Rows">Rows that were compared; 0 when they could not be.</param>
/// <param name="Missing">Rows that only the full select returns.</param>
/// <param name="Excess">Rows that only readers see.</param>
/// <param name="Keys">Keys of some of these, as JSON, personal columns masked.</param>
/// <param name="Skipped">Why nothing was compared; null when it was.</param>
public sealed record VerifiedModel(
    Model Model, long Rows, long Missing, long Excess, IReadOnlyList<string> Keys, string? Skipped)
{
    /// <summary>Whether readers see other rows than a full build would give.</summary>
    public bool Differs => Missing + Excess > 0;
}

/// <summary>
/// Compares what incremental models have become with a full computation of them, both ways. Changes nothing.
/// </summary>
/// <param name="warehouse">The database.</param>
/// <param name="catalogue">The project's models.</param>
/// <param name="timeLimit">Of each statement; none by default.</param>
public sealed class ModelVerifier(
    PostgresWarehouse warehouse, ModelCatalogue catalogue, TimeSpan? timeLimit = null)
{
    private const int KeysShown = 10;

    // Where there is no key; a function takes no more than 100 arguments.
    private const int ColumnsOfKey = 40;

    /// <summary>One result a model, in the order of building.</summary>
    /// <param name="models">Incremental models.</param>
    /// <param name="percent">The share of keys that are looked at, over 0 and up to 100.</param>
    /// <param name="seed">Decides which keys these are.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<IReadOnlyList<VerifiedModel>> RunAsync(
        IEnumerable<Model> models, decimal percent, long seed, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var state = await WarehouseState.ReadAsync(connection, catalogue, cancellationToken);
        var results = new List<VerifiedModel>();
        foreach (var model in models)
        {
            results.Add(Obstacle(model, state) is { } obstacle
                ? new VerifiedModel(model, 0, 0, 0, [], obstacle)
                : await VerifyAsync(connection, model, new KeySample(percent, seed), cancellationToken));
        }
        return results;
    }

    // A full computation reads today's data: it has to be what the model was computed from.
    private static string? Obstacle(Model model, WarehouseState state) =>
        !state.Live.TryGetValue(model.Name, out var live) ? "it is not published yet"
        : live.Definition != model.Definition ? "its definition has changed since it was published"
        : model.Sources.FirstOrDefault(source => state.Sources.GetValueOrDefault(source) > live.UntilSeq) is { } source
            ? $"{source} has newer rows than it"
        : model.Models.FirstOrDefault(parent => live.Reads.TryGetValue(parent, out var was)
            && state.Live.TryGetValue(parent, out var shown) && shown.TableName is { } table
            && (was.Table != table || (was.Version > 0 && was.Version != shown.Version))) is { } other
            ? $"{other} has changed since it was built"
        : state.Volatile.TryGetValue(model.Name, out var asked) ? $"it uses {asked}, which may answer differently"
        : null;

    private async Task<VerifiedModel> VerifyAsync(
        NpgsqlConnection connection, Model model, KeySample sample, CancellationToken cancellationToken)
    {
        await WorkTables.ReserveAsync(connection, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var path = await WorkTables.PathAsync(connection, $"{model.Marts.SearchPath}, staging", cancellationToken);
        await connection.ExecuteAsync(
            $"set local search_path to {path}; set local work_mem = '64MB'; "
                + FormattableString.Invariant(
                    $"set local statement_timeout = {timeLimit?.TotalMilliseconds ?? 0:0}"), null, cancellationToken);
        var columns = await ComparableColumns.ReadAsync(connection, model.QualifiedName, cancellationToken);
        var key = ModelSql.MergeKey(model) is { Count: > 0 } known
            ? known : [.. columns.Select(column => column.Name).Take(ColumnsOfKey)];
        var isSampled = sample.IsWhole ? "true" : sample.Has(key);
        if (!sample.IsWhole && model.IsByKey)
        {
            isSampled = await SampleAsync(connection, model, sample, cancellationToken);
        }
        await new CopiedInputs(connection, model).CreateAsync(
            _ => null, isRestricted: !sample.IsWhole && model.IsByKey, cancellationToken);
        var compared = string.Join(", ", columns.Select(column => column.Sql));
        if (await ClosedKeys.FindAsync(connection, model, cancellationToken) is { } closed)
        {
            isSampled = $"{isSampled} and {closed.HasNot("model")}";
        }
        await connection.ExecuteAsync(
            $"""
            create temp table _shown on commit drop as
            select {compared} from {model.QualifiedName} as model where {isSampled};
            create temp table _full on commit drop as
            select {compared} from ({model.SqlSince(0)}
            ) as model where {isSampled} and {ModelSql.IsShown(model)};
            create temp table _missing on commit drop as
            select * from pg_temp._full except all select * from pg_temp._shown;
            create temp table _excess on commit drop as
            select * from pg_temp._shown except all select * from pg_temp._full
            """, null, cancellationToken);
        var personal = model.Columns.Where(column => column.IsPersonal).Select(column => column.Name).ToHashSet();
        var shown = string.Join(", ", key.Select(column => $"{SqlText.Literal(column)}, "
            + (personal.Contains(column) ? "'***'" : SqlText.Name(column))));
        var counts = await connection.ExecuteScalarAsync<long[]>(
            """
            select array[(select count(*) from pg_temp._shown), (select count(*) from pg_temp._missing),
                (select count(*) from pg_temp._excess)]
            """, null, cancellationToken);
        var keys = await connection.QueryAsync<string>(
            $"""
            select distinct json_build_object({shown})::text from (
                select * from pg_temp._missing union all select * from pg_temp._excess
            ) as other
            limit {KeysShown}
            """, null, cancellationToken);
        return new VerifiedModel(model, counts![0], counts[1], counts[2], keys, null);
    }

    // Keys that readers see, and keys that the inputs lead to: their rows are computed from the inputs' rows of these
    // keys alone.
    private static async Task<string> SampleAsync(
        NpgsqlConnection connection, Model model, KeySample sample, CancellationToken cancellationToken)
    {
        var key = SqlText.Names(model.RebuildKey);
        var keys = model.Inputs.Where(input => !input.IsLookup).Select(input =>
            $"select {SqlText.Names(input.Key)} from {SqlText.Name(input.Name)} as model "
            + $"where {sample.Has(input.Key)}")
            .Prepend($"select {key} from {model.QualifiedName} as model where {sample.Has(model.RebuildKey)}");
        await TouchedTable.CreateAsync(connection, model, string.Join("\nunion\n", keys), cancellationToken);
        var touched = await KeyMatch.ReadAsync(connection, TouchedTable.Name, model.RebuildKey, cancellationToken);
        await new RestrictedInputs(connection, model).CreateAsync(touched, cancellationToken);
        return $"({string.Join(" or ", touched.Conditions("model").DefaultIfEmpty("false"))})";
    }

    // The same share of the keys of all tables, whichever table a key is in.
    private sealed record KeySample(decimal Percent, long Seed)
    {
        public bool IsWhole => Percent >= 100;

        public string Has(IReadOnlyList<string> key)
        {
            var values = string.Join(", ", key.Select(column => $"model.{SqlText.Name(column)}"));
            return string.Create(CultureInfo.InvariantCulture,
                $"abs(hashtextextended(jsonb_build_array({values})::text, {Seed}) % 100000) < {Percent * 1000:0}");
        }
    }
}
