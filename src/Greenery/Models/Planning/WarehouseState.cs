using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>A table that was built in schema warehouse and is still there.</summary>
internal sealed record BuiltTable(string TableName, string Model, string Fingerprint);

/// <summary>What readers see of a model now.</summary>
internal sealed record LiveModel(
    string Model, string? TableName, long Version, string Fingerprint, string Definition, long UntilSeq);

/// <summary>All that a plan depends on besides the catalogue, read in one go.</summary>
internal sealed class WarehouseState
{
    private WarehouseState(
        Dictionary<string, long> sources, Dictionary<string, long> removals, Dictionary<string, LiveModel> live,
        ILookup<string, BuiltTable> built, Dictionary<string, string> @volatile) =>
        (Sources, Removals, Live, Built, Volatile) = (sources, removals, live, built, @volatile);

    /// <summary>Per source table, the last load that changed a row of it.</summary>
    public Dictionary<string, long> Sources { get; }

    /// <summary>Per source table, the last load that took a row out of it; 0 for none.</summary>
    public Dictionary<string, long> Removals { get; }

    /// <summary>By model.</summary>
    public Dictionary<string, LiveModel> Live { get; }

    /// <summary>By model, newest first.</summary>
    public ILookup<string, BuiltTable> Built { get; }

    /// <summary>
    /// By model whose select, or that of a model it reads, may answer differently without new rows: what is asked, as
    /// <c>now()</c>.
    /// </summary>
    public Dictionary<string, string> Volatile { get; }

    /// <summary>The last load that changed anything; 0 before the first.</summary>
    public long Until => Sources.Values.DefaultIfEmpty(0).Max();

    public static async Task<WarehouseState> ReadAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, CancellationToken cancellationToken)
    {
        var sources = await connection.QueryAsync<(string Table, long Seq, long Removed)>(
            "select table_name, load_seq, removed_seq from ops.source_state", null, cancellationToken);
        var live = await connection.QueryAsync<LiveModel>(
            """
            select model, table_name, version, fingerprint,
                definition, until_seq
            from ops.live
            where table_name is null or to_regclass(format('warehouse.%I', table_name)) is not null
            """, null, cancellationToken);
        var built = await connection.QueryAsync<BuiltTable>(
            """
            select table_name, model, fingerprint
            from ops.model_table
            where to_regclass(format('warehouse.%I', table_name)) is not null
            order by built_at desc
            """, null, cancellationToken);
        var functions = await VolatileSql.ReadAsync(
            connection, catalogue.Models.Select(model => model.Sql), cancellationToken);
        return new WarehouseState(
            sources.ToDictionary(x => x.Table, x => x.Seq, StringComparer.Ordinal),
            sources.ToDictionary(x => x.Table, x => x.Removed, StringComparer.Ordinal),
            live.ToDictionary(x => x.Model, StringComparer.Ordinal),
            built.ToLookup(x => x.Model, StringComparer.Ordinal),
            FindVolatile(catalogue, functions));
    }

    private static Dictionary<string, string> FindVolatile(ModelCatalogue catalogue, VolatileSql functions)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var model in catalogue.Models)
        {
            var asked = functions.Find(model.Sql)
                ?? model.Models.Select(parent => found.GetValueOrDefault(parent)).FirstOrDefault(x => x is not null);
            if (asked is not null)
            {
                found.Add(model.Name, asked);
            }
        }
        return found;
    }
}
