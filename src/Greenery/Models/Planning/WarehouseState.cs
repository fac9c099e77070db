using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Planning;

/// <summary>A table that was built in schema warehouse and is still there.</summary>
internal sealed record BuiltTable(string TableName, string Model, string Fingerprint);

/// <summary>What readers see of a model now.</summary>
internal sealed record LiveModel(
    string Model, string? TableName, long Version, string Fingerprint, string Definition, long UntilSeq,
    string? ReadVersions)
{
    /// <summary>Which versions of other models it was computed from; empty when that was not written down.</summary>
    public IReadOnlyDictionary<string, ModelVersion> Reads { get; } = ReadVersionsJson.Parse(ReadVersions);
}

/// <summary>All that a plan depends on besides the catalogue, read in one go.</summary>
internal sealed class WarehouseState
{
    /// <summary>The kind of the check that compares a model with a full build, in <c>ops.check_result</c>.</summary>
    internal const string FullBuildCheck = "full_build";

    // Rows that are computed in no time, whatever share of the table they are.
    private const int SmallTable = 1000;

    private WarehouseState(
        Dictionary<string, long> sources, Dictionary<string, long> removals, Dictionary<string, LiveModel> live,
        ILookup<string, BuiltTable> built, Dictionary<string, string> @volatile) =>
        (Sources, Removals, Live, Built, Volatile) = (sources, removals, live, built, @volatile);

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, SourceTable> Contracts { get; private init; } =
        new Dictionary<string, SourceTable>();

    /// <summary>
    /// By source table and column: the load after which values that rows had before are kept, for models by key.
    /// </summary>
    public IReadOnlyDictionary<(string Table, string Column), long> Followed { get; private init; } =
        new Dictionary<(string, string), long>();

    /// <summary>
    /// Source tables of which so much is new since a load that models by key are better built in full.
    /// </summary>
    public IReadOnlySet<(string Table, long Since)> MuchChanged { get; private init; } = new HashSet<(string, long)>();

    /// <summary>By model that was found to differ from a full build: the last run that found it.</summary>
    public IReadOnlyDictionary<string, long> Differed { get; private init; } = new Dictionary<string, long>();

    /// <summary>Those of which readers still see the table that was found to differ.</summary>
    public IReadOnlySet<string> Differing { get; private init; } = new HashSet<string>();

    /// <summary>By table: the newest version of it that a kept try reads, or an environment shows.</summary>
    public IReadOnlyDictionary<string, long> Tried { get; private init; } = new Dictionary<string, long>();

    /// <summary>On a cluster, tables of models that are elsewhere than the project has them.</summary>
    public IReadOnlySet<string> Elsewhere { get; private init; } = new HashSet<string>();

    /// <summary>Whether a table of schema warehouse is still there.</summary>
    public bool IsThere(string table) => Built.SelectMany(tables => tables).Any(built => built.TableName == table);

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

    /// <summary>What is there where nothing was loaded or published yet; the ops tables are not needed.</summary>
    public static async Task<WarehouseState> ReadEmptyAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, CancellationToken cancellationToken) =>
        new([], [], [], Array.Empty<BuiltTable>().ToLookup(built => built.Model, StringComparer.Ordinal),
            FindVolatile(catalogue, await FunctionsAsync(connection, catalogue, cancellationToken)));

    public static async Task<WarehouseState> ReadAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, CancellationToken cancellationToken)
    {
        var sources = await connection.QueryAsync<(string Table, long Seq, long Removed)>(
            "select table_name, load_seq, removed_seq from ops.source_state", null, cancellationToken);
        var live = await connection.QueryAsync<LiveModel>(
            $"""
            select
                live.model, live.table_name, live.version, live.fingerprint, live.definition, live.until_seq,
                run_model.read_versions::text
            from ops.live
            left join ops.run_model on live.run_id = run_model.run_id and live.model = run_model.model
            where live.table_name is null or {SqlText.Oid("'warehouse'", "live.table_name")} is not null
            """, null, cancellationToken);
        var followed = await connection.QueryAsync<(string Table, string Column, long Since)>(
            "select table_name, column_name, since_seq from ops.followed_column", null, cancellationToken);
        var built = await connection.QueryAsync<BuiltTable>(
            $"""
            select table_name, model, fingerprint
            from ops.model_table
            where {SqlText.Oid("'warehouse'", "table_name")} is not null
            order by built_at desc
            """, null, cancellationToken);
        var tried = await connection.QueryAsync<(string Table, long Version)>(
            """
            -- A run that reuses a table gives its version the run's own number, without a row of it.
            select table_name, max(least(version, built_by_run)) from ops.run_model
            inner join ops.model_table using (table_name)
            where run_id in (select run_id from ops.run where started_by = 'try' and is_kept)
            group by table_name
            """, null, cancellationToken);
        var differed = await DifferedAsync(connection, cancellationToken);
        var functions = await FunctionsAsync(connection, catalogue, cancellationToken);
        var seen = live.ToDictionary(x => x.Model, x => x.UntilSeq, StringComparer.Ordinal);
        var asked = catalogue.Models.Where(model => model.IsByKey && seen.ContainsKey(model.Name))
            .SelectMany(model => model.Inputs.Where(input => !input.IsLookup && model.Sources.Contains(input.Name))
                .Select(input => (input.Name, seen[model.Name])))
            .Where(x => sources.Exists(source => source.Table == x.Name && source.Seq > x.Item2))
            .Distinct();
        var muchChanged = new HashSet<(string, long)>();
        foreach (var (table, since) in asked)
        {
            if (await HasMuchChangedAsync(connection, table, since, cancellationToken))
            {
                muchChanged.Add((table, since));
            }
        }
        return new WarehouseState(
            sources.ToDictionary(x => x.Table, x => x.Seq, StringComparer.Ordinal),
            sources.ToDictionary(x => x.Table, x => x.Removed, StringComparer.Ordinal),
            live.ToDictionary(x => x.Model, StringComparer.Ordinal),
            built.ToLookup(x => x.Model, StringComparer.Ordinal),
            FindVolatile(catalogue, functions))
        {
            Contracts = catalogue.Sources.DistinctBy(source => source.Name)
                .ToDictionary(source => source.Name, StringComparer.Ordinal),
            MuchChanged = muchChanged,
            Elsewhere = await ElsewhereAsync(connection, catalogue, built, cancellationToken),
            Tried = tried.ToDictionary(x => x.Table, x => x.Version, StringComparer.Ordinal),
            Differed = differed.ToDictionary(x => x.Model, x => x.RunId, StringComparer.Ordinal),
            Differing = differed.Where(x => x.IsShown).Select(x => x.Model).ToHashSet(StringComparer.Ordinal),
            Followed = followed.ToDictionary(x => (x.Table, x.Column), x => x.Since),
        };
    }

    private static async Task<HashSet<string>> ElsewhereAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, List<BuiltTable> built,
        CancellationToken cancellationToken)
    {
        if (!Cluster.Has(connection))
        {
            return [];
        }
        var places = await Cluster.FindAllAsync(connection, "warehouse", cancellationToken);
        return built.Where(table => catalogue.Find(table.Model) is { } model
            && model.Distribution != places.GetValueOrDefault(table.TableName))
            .Select(table => table.TableName)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static Task<List<(string Model, long RunId, bool IsShown)>> DifferedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.QueryAsync<(string, long, bool)>(
            """
            with result as (
                select check_id, run_id, status, lag(status) over (partition by check_id order by run_id) as status_before
                from ops.check_result
                where kind = @FullBuildCheck
            ),

            -- What differs again after a full build is no fault that a full build mends.
            found as (
                select
                    check_id, max(run_id) filter (where status = 'warn' and status_before is distinct from 'warn') as run_id,
                    (array_agg(status order by run_id desc))[1] as status
                from result
                group by check_id
            )

            select
                live.model, found.run_id, found.status = 'warn' and not exists (
                    select from ops.run_model
                    where run_model.table_name = live.table_name and action = 'build' and not is_delta
                        and run_model.run_id >= found.run_id
                )
            from ops.live
            inner join found on found.check_id = live.mart || '.' || live.model || '.' || @FullBuildCheck
            where found.run_id is not null
            """, new { FullBuildCheck }, cancellationToken);

    private static Task<VolatileSql> FunctionsAsync(
        NpgsqlConnection connection, ModelCatalogue catalogue, CancellationToken cancellationToken) =>
        VolatileSql.ReadAsync(
            connection, catalogue.Marts, catalogue.Models.Select(model => model.Sql), cancellationToken);

    // By the index of loads, and no further than the answer may need. A role that may read the ledgers only gets
    // no answer; a run's role may read all.
    private static async Task<bool> HasMuchChangedAsync(
        NpgsqlConnection connection, string table, long since, CancellationToken cancellationToken)
    {
        var mayRead = await connection.ExecuteScalarAsync<bool>(
            $"""
            select coalesce(has_schema_privilege('staging', 'usage') and has_table_privilege(found.oid, 'select'), false)
            from {SqlText.Oid("'staging'", "@table")} as found (oid)
            """, new { table }, cancellationToken);
        if (!mayRead)
        {
            return false;
        }
        var name = SqlText.Name("staging", table);
        var rows = await TableSizes.RowsAsync(connection, name, cancellationToken);
        var enough = (long)Math.Max(SmallTable, rows / KeyTrace.WholeFromOneIn);
        return await connection.ExecuteScalarAsync<bool>(
            $"""
            select count(*) >= @enough
            from (select 1 from {name} where _load_seq > @since limit @enough) as changed
            """, new { enough, since }, cancellationToken);
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
