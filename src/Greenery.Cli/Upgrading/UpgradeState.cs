using Greenery.Warehouse;

namespace Greenery.Cli.Upgrading;

/// <summary>What a database says of the versions that worked with it. Reading it changes nothing.</summary>
/// <param name="Last">The version that the newest daily run went by; null where there was none yet.</param>
/// <param name="Pending">The migrations of schema ops that it lacks.</param>
internal sealed record UpgradeState(string? Last, IReadOnlyList<string> Pending)
{
    /// <summary>What runs went by that do not say their version, or an earlier one.</summary>
    public const string Silent = "0.1.0";

    /// <summary>Reads the newest daily run that says its version; those of versions before do not.</summary>
    /// <exception cref="ConfigurationException">The database is of a newer version.</exception>
    /// <exception cref="InfrastructureException">This role may not read schema ops.</exception>
    public static async Task<UpgradeState> ReadAsync(
        PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        var (schema, pending) = await new Migrations(warehouse).PreviewAsync(cancellationToken);
        if (!schema.Exists)
        {
            return new UpgradeState(null, []);
        }
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        // Of an older schema, the column may not be there: a row as JSON lacks it then. Only few become JSON. A run of
        // another kind, such as a try by a new version, leaves what readers see as the daily run before made it.
        var last = await connection.QueryFirstOrDefaultAsync<string?>(
            $"""
            select coalesce(to_jsonb(run) ->> 'program_version', @Silent)
            from (
                select * from ops.run
                where {RunKinds.IsDaily}
                order by run_id desc limit 100
            ) as run
            order by to_jsonb(run) ->> 'program_version' is null, run_id desc limit 1
            """, new { Silent }, cancellationToken);
        return new UpgradeState(last, [.. pending.Select(migration => migration.Name)]);
    }
}
