using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Which migrations a database has; read without changing it.</summary>
/// <param name="Applied">Their checksums, by name; null where schema ops is not there yet.</param>
public sealed record OpsSchema(IReadOnlyDictionary<string, string>? Applied)
{
    /// <summary>Whether there is one at all; without it nothing was loaded or published yet.</summary>
    public bool Exists => Applied is not null;

    /// <summary>Reads what is there.</summary>
    /// <exception cref="InfrastructureException">This role may not read it.</exception>
    public static async Task<OpsSchema> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            // Not by to_regclass, which fails where the schema may not be used.
            var exists = await connection.ExecuteScalarAsync<bool>(
                """
                select exists (
                    select from pg_class
                    inner join pg_namespace on pg_namespace.oid = relnamespace
                    where nspname = 'ops' and relname = 'migration'
                )
                """, null, cancellationToken);
            return new OpsSchema(exists ? await AppliedAsync(connection, cancellationToken) : null);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            var role = await connection.ExecuteScalarAsync<string>(
                "select quote_ident(current_user)", null, cancellationToken);
            throw new InfrastructureException(
                $"Role {role} may not read schema ops ({exception.MessageText}). Let it: grant usage on schema ops to "
                + $"{role}; grant select on all tables in schema ops to {role}.", exception);
        }
    }

    /// <summary>What has not run yet.</summary>
    public IReadOnlyList<Migration> Pending(IReadOnlyList<Migration> known) =>
        [.. known.Where(migration => Applied?.ContainsKey(migration.Name) != true)];

    /// <summary>Refuses a database that a newer program, or another one, has migrated.</summary>
    /// <param name="known">What this program would run.</param>
    /// <param name="database">How messages call the database.</param>
    /// <exception cref="ConfigurationException">It has a migration that this program does not know, or knows otherwise.
    /// </exception>
    public void Verify(IReadOnlyList<Migration> known, string database)
    {
        var unknown = (Applied ?? new Dictionary<string, string>()).Keys
            .Except(known.Select(migration => migration.Name)).Order(StringComparer.Ordinal).ToList();
        if (unknown.Count > 0)
        {
            throw new ConfigurationException(
                "Greenery:Warehouse",
                $"{database} is of a newer version of Greenery: its schema ops has migration {unknown[^1]}, this "
                + $"program knows {Last(known)}. Nothing was changed. Use the version that migrated it or a later one, "
                + "or another database.");
        }
        foreach (var migration in known.Where(migration => Applied?.TryGetValue(migration.Name, out var applied) == true
            && applied != migration.Checksum))
        {
            throw new ConfigurationException(
                "Greenery:Warehouse",
                $"{database} has run another migration {migration.Name} than this program has; expected the same. "
                + "Nothing was changed. Use a released version of Greenery, or another database.");
        }
    }

    private static string Last(IReadOnlyList<Migration> known) =>
        known.Count == 0 ? "none" : $"those up to {known[^1].Name}";

    private static async Task<Dictionary<string, string>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync<(string Name, string Checksum)>(
            "select name, checksum from ops.migration", null, cancellationToken);
        return rows.ToDictionary(row => row.Name, row => row.Checksum, StringComparer.Ordinal);
    }
}
