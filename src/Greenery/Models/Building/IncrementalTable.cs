using System.Globalization;
using Greenery.Models.Planning;
using Greenery.Sources;
using Greenery.Staging.Partitions;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>Writes the table of an incremental model: the first time in full, later the new rows only.</summary>
internal sealed class IncrementalTable(NpgsqlConnection connection, PlannedModel planned)
{
    // By default a fifth of the table has to be removed rows before their room is used again: of ten million rows, the
    // replaced ones of months.
    private const string Vacuumed = "autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02";

    private const string Built = "_built";

    private readonly string _table = SqlText.Name("warehouse", planned.TableName);
    private readonly string _keyIndex = SqlText.Name($"{planned.TableName}_k");
    private readonly string _runIndex = SqlText.Name($"{planned.TableName}_r");

    /// <returns>How many rows were added.</returns>
    public async Task<long> CreateAsync(CancellationToken cancellationToken)
    {
        var (columns, isKept) = await DescribeAsync(planned.Statement, cancellationToken);
        var closed = await ClosedKeys.FindAsync(connection, planned.Model, cancellationToken);
        var isOpen = closed is null ? "" : $" {(isKept.Length > 0 ? "and" : "where")} {closed.HasNot("model")}";
        var select = string.Create(CultureInfo.InvariantCulture,
            $"""
            select {columns}, {planned.Version}::bigint as _run_id, null::bigint as _removed_by
            from ({planned.Statement}
            ) as model {isKept}{isOpen}
            """);
        var rows = planned.Model.Partition is { } rule
            ? await DivideAsync(rule, select, cancellationToken)
            : await Cluster.CreateTableAsync(
                connection, _table, select, planned.Model.Distribution, cancellationToken, $"with ({Vacuumed})");
        if (closed is not null)
        {
            rows += await closed.TakeOverAsync(planned, cancellationToken);
        }
        // Rows that a model by key replaces are all over the table, and so are the free places that new ones take: a
        // brin range would hold rows of nearly every run.
        await connection.ExecuteAsync(
            $"""
            create index {_runIndex} on {_table}{(planned.Model.IsByKey ? "" : " using brin")} (_run_id);
            create index on {_table} (_removed_by) where _removed_by is not null;
            """, null, cancellationToken);
        // Over all partitions only a key with the column could be unique: then the check looks at the rows.
        await IndexKeyAsync(
            isUnique: ModelSql.HoldsUniqueKey(planned.Model) && planned.Model.Partition is null, cancellationToken);
        foreach (var index in planned.Model.Indexes)
        {
            await connection.ExecuteAsync(index.Create(_table), null, cancellationToken);
        }
        await connection.ExecuteAsync($"analyze {_table}", null, cancellationToken);
        return rows;
    }

    // Which partitions it needs is known when its rows are there.
    private async Task<long> DivideAsync(PartitionRule rule, string select, CancellationToken cancellationToken)
    {
        var rows = await WorkTables.CreateAsAsync(
            connection, Built, select, planned.Model.Distribution, beside: null, cancellationToken);
        await connection.ExecuteAsync(
            $"create table {_table} (like {Built}) partition by range ({SqlText.Name(rule.Column)})", null,
            cancellationToken);
        var partitions = await PartitionsAsync(rule, cancellationToken);
        await connection.ExecuteAsync(partitions.CreateDefault, null, cancellationToken);
        await Cluster.PlaceAsync(connection, _table, planned.Model.Distribution, beside: null, cancellationToken);
        await partitions.EnsureAsync(connection, Built, cancellationToken);
        await connection.ExecuteAsync(
            $"insert into {_table} select * from {Built}; drop table {Built}", null, cancellationToken);
        return rows;
    }

    // The names of partitions have room for the table's number only.
    private async Task<RangePartitions> PartitionsAsync(PartitionRule rule, CancellationToken cancellationToken)
    {
        var (table, type) = await connection.QueryFirstOrDefaultAsync<(long Table, string Type)>(
            """
            select attrelid::bigint, format_type(atttypid, null) from pg_attribute
            where attrelid = to_regclass(@_table) and attname = @Column
            """, new { _table, rule.Column }, cancellationToken);
        return new RangePartitions(
            "warehouse", planned.TableName, rule, type,
            partition => $"alter table {SqlText.Name("warehouse", partition)} set ({Vacuumed})",
            string.Create(CultureInfo.InvariantCulture, $"p{table}_"));
    }

    /// <summary>
    /// Adds what is new and marks what it replaces. Readers see neither until this version is published. Rows of runs
    /// that were never published, or were rolled back, are taken out first.
    /// </summary>
    /// <param name="liveVersion">The version readers see.</param>
    /// <returns>How many rows were added, and by how many rows this version is larger than the live one.</returns>
    public async Task<(long Added, long Growth)> AddAsync(long liveVersion, CancellationToken cancellationToken)
    {
        // The default takes a look into an index for four times as dear as it is on any disk of today.
        // Of the temporary tables a rough look is enough, and one of 30,000 rows takes longer than the rest.
        await connection.ExecuteAsync(
            "set local random_page_cost = 1.1; set local default_statistics_target = 10", null, cancellationToken);
        await connection.ExecuteAsync(
            $"""
            delete from {_table} where _run_id > @liveVersion;
            """, new { liveVersion }, cancellationToken);
        var key = ModelSql.MergeKey(planned.Model);
        await BringBackAsync(key, liveVersion, cancellationToken);
        if (planned.Model.IsByKey)
        {
            return await ReplaceKeysAsync(key, cancellationToken);
        }
        var changed = await new Delta(connection, planned).CreateAsync(key, cancellationToken);
        var replaced = 0;
        if (key.Count > 0)
        {
            var keys = await KeyMatch.ReadAsync(connection, changed, key, cancellationToken);
            replaced = await ReplaceAsync(keys.Conditions("base"), cancellationToken);
        }
        var added = await InsertAsync(key, cancellationToken);
        return (added, added - replaced);
    }

    // Two statements, since "or" would keep PostgreSQL from using the key's index for the first.
    private async Task<int> ReplaceAsync(IEnumerable<string> conditions, CancellationToken cancellationToken)
    {
        var replaced = 0;
        foreach (var condition in conditions)
        {
            replaced += await connection.ExecuteAsync(
                $"""
                update {_table} as base set _removed_by = @Version where _removed_by is null and {condition};
                update {_table} as base set _removed_by = @Version
                where _removed_by = {ModelSql.DoubleMark} and {condition}
                """, planned, cancellationToken);
        }
        return replaced;
    }

    private async Task<(long Added, long Growth)> ReplaceKeysAsync(
        IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var replaced = await ReplaceAsync(
            await new KeyedDelta(connection, planned).CreateAsync(cancellationToken), cancellationToken);
        if (planned.Model.Partition is { } rule)
        {
            // Last: from then on readers of rows without a date wait for the commit.
            await (await PartitionsAsync(rule, cancellationToken)).EnsureAsync(
                connection, Delta.Name, cancellationToken);
        }
        var added = await InsertAsync(key, cancellationToken);
        return (added, added - replaced);
    }

    // The key's index is unique as long as the model keeps its promise, and then the check of it costs nothing. When it
    // does not, the rows are kept all the same, for the check to find and show them.
    private async Task<int> InsertAsync(IReadOnlyList<string> key, CancellationToken cancellationToken)
    {
        var (columns, isKept) = await DescribeAsync($"select * from {Delta.Name}", cancellationToken);
        var added = await OrWithDoublesAsync(
            $"insert into {_table} ({columns}, _run_id) select {columns}, @Version from {Delta.Name} {isKept}",
            $"""
            insert into {_table} ({columns}, _run_id, _removed_by)
            select {columns}, @Version, {DoubleIf(key)} from (
                select
                    *, row_number() over (partition by {SqlText.Names(key)})
                    + (select count(*) from {_table} as base
                        where base._removed_by is null and {KeyMatch.AreEqual("base", key, "added", key)}) as _place
                from {Delta.Name} as added {isKept}
            ) as delta
            """, planned, cancellationToken);
        if (!planned.Model.IsByKey)
        {
            await connection.ExecuteAsync(
                $"select brin_summarize_new_values({SqlText.Literal($"warehouse.{_runIndex}")})", null,
                cancellationToken);
        }
        return added;
    }

    // Restores the rows that were replaced by a version that was never published.
    private Task<int> BringBackAsync(
        IReadOnlyList<string> key, long liveVersion, CancellationToken cancellationToken)
    {
        const string IsReplaced = "_removed_by > @liveVersion and _removed_by < @DoubleMark";
        return OrWithDoublesAsync(
            $"update {_table} set _removed_by = null where {IsReplaced}",
            $"""
            update {_table} as base set _removed_by = @DoubleMark from (
                select {SqlText.Names(key)} from {_table} where {IsReplaced} group by {SqlText.Names(key)}
                having count(*) > 1
            ) as doubled
            where {IsReplaced} and {KeyMatch.AreEqual("base", key, "doubled", key)};
            update {_table} set _removed_by = null where {IsReplaced}
            """, new { liveVersion, ModelSql.DoubleMark }, cancellationToken);
    }

    // Nulls in a key are no doubles: an index lets them be.
    private static string DoubleIf(IReadOnlyList<string> key)
    {
        var isNull = key.Select(column => $"{SqlText.Name(column)} is null");
        return $"case when _place > 1 and not ({string.Join(" or ", isNull)}) then {ModelSql.DoubleMark} end";
    }

    private async Task<int> OrWithDoublesAsync(
        string statement, string withDoubles, object parameters, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("savepoint doubles", null, cancellationToken);
        try
        {
            return await connection.ExecuteAsync(statement, parameters, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            await connection.ExecuteAsync("rollback to savepoint doubles", null, cancellationToken);
            return await connection.ExecuteAsync(withDoubles, parameters, cancellationToken);
        }
    }

    private async Task IndexKeyAsync(bool isUnique, CancellationToken cancellationToken)
    {
        var key = ModelSql.MergeKey(planned.Model);
        if (key.Count == 0)
        {
            return;
        }
        var refused = await Savepoint.TryAsync(
            connection,
            $"create {(isUnique ? "unique " : "")}index {_keyIndex} on {_table} ({SqlText.Names(key)}) where "
                + "_removed_by is null",
            null, refusal => isUnique && refusal.SqlState == PostgresErrorCodes.UniqueViolation, cancellationToken);
        if (refused is not null)
        {
            await IndexKeyAsync(isUnique: false, cancellationToken);
        }
    }

    /// <summary>Removes for good the rows that no version from <paramref name="oldestVersion"/> on shows.</summary>
    public static async Task ForgetAsync(
        NpgsqlConnection connection, string tableName, long oldestVersion, CancellationToken cancellationToken)
    {
        var table = SqlText.Name("warehouse", tableName);
        // Tables of earlier versions have the default.
        if (await connection.ExecuteScalarAsync<bool>(
            "select reloptions is null and relkind = 'r' from pg_class where oid = to_regclass(@table)", new { table },
            cancellationToken))
        {
            await connection.ExecuteAsync($"alter table {table} set ({Vacuumed})", null, cancellationToken);
        }
        await connection.ExecuteAsync(
            $"delete from {table} where _removed_by is not null and _removed_by <= @oldestVersion",
            new { oldestVersion }, cancellationToken);
    }

    private async Task<(string Columns, string IsKept)> DescribeAsync(
        string select, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"select * from ({select}\n) as model limit 0", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToList();
        var isKept = names.Remove(ModelSql.DeletedColumn) ? $"where {ModelSql.DeletedColumn} is not true" : "";
        return (SqlText.Names(names), isKept);
    }
}
