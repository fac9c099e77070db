using System.Diagnostics;
using Greenery.Drops;
using Greenery.Runs;
using Greenery.Warehouse;

namespace Greenery.Benchmarks.Clusters;

/// <summary>One of the two databases that do the same runs.</summary>
/// <param name="warehouse">The database; everything in it may be replaced.</param>
/// <param name="project">The shop's, laid out for a cluster.</param>
/// <param name="drops">The folder of the drops.</param>
internal sealed class MeasuredSide(PostgresWarehouse warehouse, Project project, string drops)
{
    // Of earlier runs; work tables of a cluster too, which a process that was killed may have left.
    private const string Schemas =
        """
        select nspname::text from pg_namespace
        where nspname = any(array['ops', 'staging', 'warehouse'] || @marts)
            or nspname ~ '^(run|greenery_work)_\d+$'
        """;

    public PostgresWarehouse Warehouse => warehouse;

    /// <summary>Drops what is there, and makes the ledgers anew.</summary>
    public async Task PrepareAsync()
    {
        await ClearAsync();
        await new Migrations(warehouse).RunAsync(default);
    }

    /// <summary>Does a run and measures it.</summary>
    /// <exception cref="InvalidOperationException">It ends otherwise than expected.</exception>
    public async Task<RunFigures> RunAsync(RunRequest request, RunState expected)
    {
        var pipeline = new Pipeline(warehouse, DropStores.Open(drops, null), project, TimeProvider.System, []);
        var watch = Stopwatch.StartNew();
        var outcome = await pipeline.RunAsync(request, null, default);
        watch.Stop();
        return outcome.State == expected && outcome.Message is null or DailyRun.NothingNew
            ? new RunFigures(watch.Elapsed.TotalSeconds, await PartsAsync(outcome.RunId))
            : throw new InvalidOperationException(
                $"The run on {warehouse.Description} ended as {outcome.State}: {outcome.Message}");
    }

    // Steps of a kind run at the same time: the length of what they cover together, and not the sum of their lengths.
    private async Task<Dictionary<string, double>> PartsAsync(long runId)
    {
        await using var connection = await warehouse.ConnectAsync(default);
        var parts = await connection.QueryAsync<(string Kind, double Seconds)>(
            """
            with steps as (
                select
                    split_part(step, ':', 1) as kind,
                    tstzrange(started_at, greatest(started_at, finished_at)) as took
                from ops.step
                where run_id = @runId and finished_at is not null
            ),

            spans as (
                select kind, unnest(range_agg(took)) as span
                from steps
                group by kind
            )

            select kind, sum(extract(epoch from upper(span) - lower(span)))::double precision as seconds
            from spans
            group by kind
            """, new { runId }, default);
        return parts.ToDictionary(part => part.Kind, part => part.Seconds);
    }

    private async Task ClearAsync()
    {
        await using var connection = await warehouse.ConnectAsync(default);
        var schemas = await connection.QueryAsync<string>(
            Schemas, new { marts = project.Catalogue.Marts.InOrder.ToArray() }, default);
        if (Cluster.Has(connection))
        {
            // One by one: all shards of all tables would be more locks than a transaction of a node can have.
            var tables = await connection.QueryAsync<string>(
                """
                select format('%I.%I', nspname, relname) from pg_dist_partition
                inner join pg_class on pg_class.oid = logicalrelid
                inner join pg_namespace on pg_namespace.oid = relnamespace
                where nspname = any(@schemas) and not relispartition
                """, new { schemas = schemas.ToArray() }, default);
            foreach (var table in tables)
            {
                await connection.ExecuteAsync($"drop table {table} cascade", null, default);
            }
        }
        foreach (var schema in schemas)
        {
            await connection.ExecuteAsync($"drop schema {SqlText.Name(schema)} cascade", null, default);
        }
    }
}
