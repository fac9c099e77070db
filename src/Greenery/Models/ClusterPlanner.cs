using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>
/// Has a cluster plan the select of every model over empty tables that lie where the project has them, in a schema of
/// its own that is gone afterwards: what it refuses, and which rows it moves, is known before anything runs.
/// </summary>
/// <param name="warehouse">The cluster's coordinator.</param>
public sealed partial class ClusterPlanner(PostgresWarehouse warehouse)
{
    // The end of the name of a model's table.
    private const string Rows = "__rows";

    private readonly Dictionary<string, string> _firstOfType = new(StringComparer.Ordinal);

    /// <summary>Asks for all models that have a table, in their order.</summary>
    /// <param name="catalogue">A valid one.</param>
    /// <param name="diagnostics">Takes what the cluster refuses.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    /// <returns>Null where there is no cluster, or where this role may not make a schema there.</returns>
    public async Task<IReadOnlyList<ModelTraffic>?> ReadAsync(
        ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (!Cluster.Has(connection) || !await MayCreateAsync(connection, cancellationToken))
        {
            return null;
        }
        if (!catalogue.IsDistributed)
        {
            return [];
        }
        // Nodes see no schema that a transaction has just made.
        var schema = $"greenery_plan_{Guid.NewGuid():n}";
        await connection.ExecuteAsync($"begin read write; create schema {schema}; commit", null, cancellationToken);
        try
        {
            return await ReadAsync(connection, schema, catalogue, diagnostics, cancellationToken);
        }
        finally
        {
            await DropAsync(schema);
        }
    }

    // By a session of its own: that of the question may be broken, and what broke it is to be reported. An empty schema
    // that stays does no harm.
    private async Task DropAsync(string schema)
    {
        try
        {
            await using var connection = await warehouse.ConnectAsync(CancellationToken.None);
            await connection.ExecuteAsync(
                $"begin read write; drop schema {schema}; commit", null, CancellationToken.None);
        }
        catch (Exception exception) when (exception is NpgsqlException or InfrastructureException)
        {
        }
    }

    private async Task<IReadOnlyList<ModelTraffic>> ReadAsync(
        NpgsqlConnection connection, string schema, ModelCatalogue catalogue, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // How many shards there are makes no difference to what moves.
        await connection.ExecuteAsync(
            $"""
            set transaction read write;
            set local citus.shard_count = 2;
            set local search_path to {schema}
            """, null, cancellationToken);
        foreach (var source in catalogue.Sources)
        {
            foreach (var (name, columns) in EmptyTables.TablesOf(source))
            {
                await connection.ExecuteAsync($"create table {name} ({columns})", null, cancellationToken);
                await PlaceAsync(connection, name, source.Distribution, cancellationToken);
            }
        }
        var found = new List<ModelTraffic>();
        foreach (var model in catalogue.Models)
        {
            if (await ReadAsync(connection, model, diagnostics, cancellationToken) is { } traffic)
            {
                found.Add(traffic);
            }
        }
        await transaction.RollbackAsync(cancellationToken);
        return found;
    }

    private static Task<bool> MayCreateAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            "select has_database_privilege(current_database(), 'create') and not pg_is_in_recovery()", null,
            cancellationToken);

    // Beside the first one of its type, and not in the groups of all tables, which a run may be adding to.
    private async Task PlaceAsync(
        NpgsqlConnection connection, string table, Distribution? distribution, CancellationToken cancellationToken)
    {
        var type = distribution?.Column is not { } column ? ""
            : await connection.ExecuteScalarAsync<string>(
                """
                select atttypid::regtype::text from pg_attribute
                where attrelid = to_regclass(@table) and attname = @column
                """,
                new { table, column }, cancellationToken) ?? "";
        await Cluster.MoveAsync(
            connection, table, distribution, _firstOfType.GetValueOrDefault(type, "none"), cancellationToken);
        _firstOfType.TryAdd(type, table);
    }

    private async Task<ModelTraffic?> ReadAsync(
        NpgsqlConnection connection, Model model, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var select = model.SqlSince(0);
        if (model.Materialization == Materialization.View)
        {
            await ShowAsync(connection, model, select, cancellationToken);
            return null;
        }
        // As a run writes it, and shows it to the models that read it: Citus plans a view as a subquery.
        var isVersioned = model.Materialization == Materialization.Incremental;
        var rows = isVersioned
            ? $"select model.*, 1::bigint as _run_id, null::bigint as _removed_by from ({select}\n) as model" : select;
        var table = SqlText.Name(model.Name + Rows);
        await connection.ExecuteAsync($"create table {table} as\n{rows}\nwith no data", null, cancellationToken);
        await PlaceAsync(connection, table, model.Distribution, cancellationToken);
        var explain = $"explain (format json, costs off) insert into {table}\n{rows}";
        var (plan, refusal) = await Savepoint.AskAsync<string>(connection, explain, cancellationToken);
        var columns = await connection.QueryAsync<string>(
            """
            select quote_ident(attname) from pg_attribute
            where attrelid = to_regclass(@table) and attnum > 0 and attname not in ('_run_id', '_removed_by', @DeletedColumn)
            order by attnum
            """, new { table, ModelSql.DeletedColumn }, cancellationToken);
        await ShowAsync(
            connection, model, $"select {string.Join(", ", columns)} from {table}"
            + (isVersioned ? " where _run_id <= 1 and (_removed_by is null or _removed_by > 1)" : ""),
            cancellationToken);
        if (refusal is not null && model.UnitesDistributed)
        {
            // A run computes it over copies.
            return null;
        }
        if (refusal is not null)
        {
            diagnostics.Add(new Diagnostic(
                refusal.Position == 0 ? $"{model.File}:1" : ModelValidator.Place(model, explain, refusal),
                $"Citus refuses it: {PostgresMessage.Of(refusal)}. Expected a select that it can compute over "
                + $"{Describe(model)}: write the subquery as a join, or distribute what it reads otherwise."));
            return null;
        }
        return Read(model, plan!);
    }

    private static async Task ShowAsync(
        NpgsqlConnection connection, Model model, string select, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"{Cluster.ViewsOnly(connection)}; create view {SqlText.Name(model.Name)} as {select}", null,
            cancellationToken);
        await connection.ExecuteAsync(Cluster.WithTables(connection), null, cancellationToken);
    }

    private static string Describe(Model model) =>
        model.Distribution is { } distribution ? $"tables where one is {distribution}" : "distributed tables";

    /// <summary>What a plan says.</summary>
    /// <param name="model">The model.</param>
    /// <param name="plan">Of <c>explain (format json) insert ... select</c>.</param>
    internal static ModelTraffic Read(Model model, string plan)
    {
        using var json = JsonDocument.Parse(plan);
        var method = Values(json.RootElement, "INSERT/SELECT method").Select(value => value.GetString())
            .FirstOrDefault();
        var subplans = Values(json.RootElement, "Subplans").ToList();
        var pulled = subplans.SelectMany(plans => Values(plans, "Relation Name"))
            .Select(relation => ShardNumber().Replace(relation.GetString()!, ""))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return new ModelTraffic(
            model,
            method switch
            {
                null => ResultPath.OnNodes,
                "repartition" => ResultPath.BetweenNodes,
                _ => ResultPath.ThroughCoordinator,
            },
            Values(json.RootElement, "Dependent Jobs").Any(),
            subplans.Count > 0 && pulled.Count == 0 ? [""] : pulled);
    }

    // Of all properties of this name, however deep; what is inside of one of them is not looked at again.
    private static IEnumerable<JsonElement> Values(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Values(item, name)),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == name ? [property.Value] : Values(property.Value, name)),
        _ => [],
    };

    // A node calls a part of events events_102008.
    [GeneratedRegex($@"({Rows})?_\d+$")]
    private static partial Regex ShardNumber();
}
