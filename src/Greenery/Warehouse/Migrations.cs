using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Brings schema ops up to date: the program's migrations, in order of their names, each once.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="known">What to run; by default all that the program carries.</param>
/// <param name="patience">How long to wait for locks of others; two minutes by default.</param>
/// <param name="progress">Is notified after some seconds that it waits, and for whom; null for no one.</param>
public sealed class Migrations(
    PostgresWarehouse warehouse, IReadOnlyList<Migration>? known = null, TimeSpan? patience = null,
    IProgress<string>? progress = null)
{
    private readonly IReadOnlyList<Migration> _known = known ?? Migration.All;

    /// <summary>Runs what has not run yet, all in one transaction; safe when several processes start at once.</summary>
    /// <exception cref="ConfigurationException">The database is of a newer version, or has run another migration of
    /// some name.</exception>
    /// <exception cref="BlockedException">Others held locks on tables of schema ops for too long.</exception>
    /// <returns>The names of the migrations that were run; empty when the schema was up to date.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if ((await ReadAsync(connection, cancellationToken)).Pending(_known).Count == 0)
        {
            return [];
        }
        var lockKey = await AdvisoryLock.KeyAsync(connection, "schema ops", cancellationToken);
        List<string> done = [];
        await new TableChanges(warehouse, patience, progress).RunAsync(
            ["ops"], lockKey, async (changing, token) => done = await ApplyAsync(changing, lockKey, token),
            cancellationToken);
        return done;
    }

    /// <summary>What <see cref="RunAsync"/> would run. Changes nothing.</summary>
    /// <exception cref="ConfigurationException">As there.</exception>
    /// <exception cref="InfrastructureException">This role may not read schema ops.</exception>
    public async Task<(OpsSchema Schema, IReadOnlyList<Migration> Pending)> PreviewAsync(
        CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var schema = await ReadAsync(connection, cancellationToken);
        return (schema, schema.Pending(_known));
    }

    /// <summary>
    /// Refuses a database whose ledgers this program cannot read as they are. One without any can be read: nothing was
    /// loaded yet.
    /// </summary>
    /// <exception cref="ConfigurationException">Its ledgers are of a newer or an older version.</exception>
    /// <exception cref="InfrastructureException">This role may not read schema ops.</exception>
    public async Task VerifyReadableAsync(CancellationToken cancellationToken)
    {
        var (schema, pending) = await PreviewAsync(cancellationToken);
        if (schema.Exists && pending.Count > 0)
        {
            throw new ConfigurationException(
                "Greenery:Warehouse",
                $"{warehouse.Description} is of an older version of Greenery: its schema ops lacks "
                + $"{pending.Count} {(pending.Count == 1 ? "migration" : "migrations")} from {pending[0].Name} "
                + "on, and this command changes nothing. Run 'greenery migrate' first, as the role that owns the "
                + "schema; the next run does it as well.");
        }
    }

    private const string CreateTable =
        """
        create schema if not exists ops;
        create table if not exists ops.migration (
            name text primary key,
            checksum text not null,
            applied_at timestamptz not null default clock_timestamp()
        )
        """;

    private async Task<List<string>> ApplyAsync(
        NpgsqlConnection connection, long lockKey, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@lockKey)", new { lockKey }, cancellationToken);
        await connection.ExecuteAsync(CreateTable, null, cancellationToken);
        var pending = (await ReadAsync(connection, cancellationToken)).Pending(_known);
        foreach (var migration in pending)
        {
            await connection.ExecuteAsync(migration.Sql, null, cancellationToken);
            await connection.ExecuteAsync(
                "insert into ops.migration (name, checksum) values (@Name, @Checksum)", migration, cancellationToken);
        }
        return [.. pending.Select(migration => migration.Name)];
    }

    private async Task<OpsSchema> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schema = await OpsSchema.ReadAsync(connection, cancellationToken);
        schema.Verify(_known, warehouse.Description);
        return schema;
    }
}
