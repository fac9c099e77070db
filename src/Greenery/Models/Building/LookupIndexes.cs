using Greenery.Models.Planning;
using Greenery.Sources;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Indexes on what a model by key looks up, made when it is first built by key: a full build needs none, and rows that
/// are loaded in bulk are indexed faster afterwards.
/// </summary>
internal sealed class LookupIndexes(NpgsqlConnection connection)
{
    // An index on a large table takes minutes; another model that is built at the same time may be making it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Makes those that are missing, each in a transaction of its own, in an order that all models keep: none is held
    /// up by another's whole build.
    /// </summary>
    public async Task EnsureAsync(PlannedModel planned, CancellationToken cancellationToken)
    {
        foreach (var (name, columns) in Wanted(planned).OrderBy(index => index.Table, StringComparer.Ordinal))
        {
            if (!await IsThereAsync(name, columns, cancellationToken))
            {
                await CreateAsync(name, columns, cancellationToken);
            }
        }
    }

    private static IEnumerable<(string Table, IReadOnlyList<string> Columns)> Wanted(PlannedModel planned)
    {
        var own = SqlText.Name("warehouse", planned.TableName);
        yield return (own, planned.Model.RebuildKey);
        foreach (var input in planned.Model.Inputs)
        {
            if (input.IsLookup)
            {
                yield return (own, [.. input.Lookup.Select(column => column.ModelColumn)]);
            }
            if (TableOf(planned, input) is { } table)
            {
                yield return (table, [.. input.FollowedColumns]);
            }
        }
    }

    // A table that is built anew each time is read as a whole. A history is a view of observations.
    private static string? TableOf(PlannedModel planned, ModelInput input) =>
        planned.Reads.TryGetValue(input.Name, out var parent)
            ? parent.Version > 0 ? SqlText.Name("warehouse", parent.Table) : null
        : planned.Model.Sources.Contains(input.Name) ? SqlText.Name("staging", input.Name)
        : planned.Model.Sources.FirstOrDefault(source => SourceTable.HistoryNameOf(source) == input.Name) is { } kept
            && !input.FollowedColumns.Intersect(SourceTable.Validity).Any()
            ? SqlText.Name("staging", SourceTable.ObservedNameOf(kept))
        : null;

    private async Task CreateAsync(string name, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await AdvisoryLock.TakeAsync(connection, $"indexes on {name}", Patience, cancellationToken);
        if (!await IsThereAsync(name, columns, cancellationToken))
        {
            await connection.ExecuteAsync(
                $"set local maintenance_work_mem = '256MB'; create index on {name} ({SqlText.Names(columns)})", null,
                cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    // An index that begins with the columns, in whatever order, serves as well.
    private Task<bool> IsThereAsync(string name, IReadOnlyList<string> columns, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            """
            select exists (
                select
                from pg_index
                where
                    -- Of a divided table, each part has the key, and the whole has not.
                    indrelid = coalesce(
                        (select nullif(partdefid, 0) from pg_partitioned_table where partrelid = @name::regclass),
                        @name::regclass::oid
                    )
                    and indisvalid
                    and indpred is null
                    and @columns <@ (
                        select array_agg(attname::text)
                        from unnest(indkey) with ordinality as part (attnum, place)
                        inner join pg_attribute on attrelid = indrelid and pg_attribute.attnum = part.attnum
                        where place <= cardinality(@columns)
                    )
            )
            """, new { name, columns = columns.ToArray() }, cancellationToken);
}
