using Greenery.Models.Planning;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Models.Building;

/// <summary>
/// Indexes on what a model by key looks up, made when it is first built by key: a full build needs none, and rows that
/// are loaded in bulk are indexed faster afterwards.
/// </summary>
internal sealed class LookupIndexes(NpgsqlConnection connection)
{
    // Two models that are built side by side may want the same index.
    private const int LockSpace = 7_311;

    /// <summary>Indexes the table that an input's rows come from, when it is one that grows.</summary>
    public async Task EnsureAsync(
        PlannedModel planned, ModelInput input, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        if (planned.Reads.TryGetValue(input.Name, out var parent))
        {
            // A table that is built anew each time is read as a whole.
            if (parent.Version > 0)
            {
                await EnsureAsync("warehouse", parent.Table, columns, cancellationToken);
            }
        }
        else if (planned.Model.Sources.Contains(input.Name))
        {
            await EnsureAsync("staging", input.Name, columns, cancellationToken);
        }
    }

    /// <summary>Indexes a table of schema warehouse.</summary>
    public Task EnsureAsync(string table, IReadOnlyList<string> columns, CancellationToken cancellationToken) =>
        EnsureAsync("warehouse", table, columns, cancellationToken);

    private async Task EnsureAsync(
        string schema, string table, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var name = SqlText.Name(schema, table);
        if (await IsThereAsync(name, columns, cancellationToken))
        {
            return;
        }
        await connection.ExecuteAsync(
            "select pg_advisory_xact_lock(@LockSpace, hashtext(@name))", new { LockSpace, name }, cancellationToken);
        if (!await IsThereAsync(name, columns, cancellationToken))
        {
            await connection.ExecuteAsync(
                $"set local maintenance_work_mem = '256MB'; create index on {name} ({SqlText.Names(columns)})", null,
                cancellationToken);
        }
    }

    // An index that begins with the columns, in whatever order, serves as well.
    private Task<bool> IsThereAsync(string name, IReadOnlyList<string> columns, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(
            """
            select exists (
                select
                from pg_index
                where
                    indrelid = @name::regclass
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
