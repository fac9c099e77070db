using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models;

/// <summary>
/// Has a cluster plan the select of every model over empty tables that lie where the project has them, in a transaction
/// that is rolled back: what it refuses, and which rows it moves, is known before anything runs.
/// </summary>
/// <param name="warehouse">The cluster's coordinator.</param>
public sealed partial class ClusterPlanner(PostgresWarehouse warehouse)
{
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
        if (catalogue.Sources.All(source => source.Distribution is null))
        {
            return [];
        }
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // Of a transaction that changes nothing in the end. Nodes do not see in one session what another one of the
        // same transaction has made: each gets one session only.
        var schema = string.Create(CultureInfo.InvariantCulture, $"greenery_plan_{connection.ProcessID}");
        await connection.ExecuteAsync(
            $"""
            set transaction read write;
            set local citus.multi_shard_modify_mode = 'sequential';
            create schema {schema};
            set local search_path to {schema}
            """, null, cancellationToken);
        foreach (var source in catalogue.Sources)
        {
            foreach (var (name, columns) in EmptyTables.TablesOf(source))
            {
                await connection.ExecuteAsync($"create table {name} ({columns})", null, cancellationToken);
                await Cluster.PlaceAsync(connection, name, source.Distribution, beside: null, cancellationToken);
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

    private static async Task<ModelTraffic?> ReadAsync(
        NpgsqlConnection connection, Model model, ICollection<Diagnostic> diagnostics,
        CancellationToken cancellationToken)
    {
        var name = SqlText.Name(model.Name);
        var select = model.SqlSince(0);
        if (model.Materialization == Materialization.View)
        {
            await connection.ExecuteAsync(
                $"{Cluster.ViewsOnly(connection)}; create view {name} as {select}", null, cancellationToken);
            await connection.ExecuteAsync(Cluster.WithTables(connection), null, cancellationToken);
            return null;
        }
        await connection.ExecuteAsync($"create table {name} as\n{select}\nwith no data", null, cancellationToken);
        await Cluster.PlaceAsync(connection, name, model.Distribution, beside: null, cancellationToken);
        var explain = $"explain (format json, costs off) insert into {name}\n{select}";
        if (await Savepoint.TryAsync(connection, explain, cancellationToken) is { } refusal)
        {
            diagnostics.Add(new Diagnostic(
                refusal.Position == 0 ? $"{model.File}:1" : ModelValidator.Place(model, explain, refusal),
                $"Citus refuses it: {PostgresMessage.Of(refusal)}. Expected a select that it can compute over "
                + $"{Describe(model)}: write the subquery as a join, or distribute what it reads otherwise."));
            return null;
        }
        return Read(model, (await connection.ExecuteScalarAsync<string>(explain, null, cancellationToken))!);
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
    [GeneratedRegex(@"_\d+$")]
    private static partial Regex ShardNumber();
}
