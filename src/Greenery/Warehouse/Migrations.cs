using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Greenery.Warehouse;

/// <summary>Brings schema ops up to date: the files of <c>sql/ops</c>, in order of their names, each once.</summary>
/// <param name="warehouse">The database.</param>
/// <param name="sqlFolder">Its folder <c>ops</c> holds the files.</param>
/// <param name="patience">How long to wait for locks of others; two minutes by default.</param>
/// <param name="progress">Is notified after some seconds that it waits, and for whom; null for no one.</param>
public sealed class Migrations(
    PostgresWarehouse warehouse, string sqlFolder, TimeSpan? patience = null, IProgress<string>? progress = null)
{
    /// <summary>Runs what has not run yet, all in one transaction; safe when several processes start at once.</summary>
    /// <exception cref="ConfigurationException">A file that has run was changed afterwards, or there is no such
    /// folder.</exception>
    /// <exception cref="BlockedException">Others held locks on tables of schema ops for too long.</exception>
    /// <returns>The names of the files that were run; empty when the schema was up to date.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(sqlFolder, "ops");
        if (!Directory.Exists(folder))
        {
            throw new ConfigurationException(
                "Greenery:Sql", $"there is no folder ops in {sqlFolder}; expected the migrations there.");
        }
        var files = Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal).ToArray();
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (IsDone(await AppliedAsync(connection, cancellationToken), files))
        {
            return [];
        }
        var lockKey = await AdvisoryLock.KeyAsync(connection, "schema ops", cancellationToken);
        List<string> done = [];
        await new TableChanges(warehouse, patience, progress).RunAsync(
            ["ops"], lockKey, async (changing, token) => done = await ApplyAsync(changing, lockKey, files, token),
            cancellationToken);
        return done;
    }

    private static async Task<List<string>> ApplyAsync(
        NpgsqlConnection connection, long lockKey, string[] files, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@lockKey)", new { lockKey }, cancellationToken);
        await connection.ExecuteAsync(CreateTable, null, cancellationToken);
        var applied = await AppliedAsync(connection, cancellationToken);
        var done = new List<string>();
        foreach (var file in files)
        {
            if (await ApplyAsync(connection, applied, file, cancellationToken))
            {
                done.Add(Path.GetFileName(file));
            }
        }
        return done;
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

    private static bool IsDone(Dictionary<string, string> applied, string[] files) =>
        files.All(file => applied.GetValueOrDefault(Path.GetFileName(file)) == Checksum(file));

    private static async Task<bool> ApplyAsync(
        NpgsqlConnection connection, Dictionary<string, string> applied, string file,
        CancellationToken cancellationToken)
    {
        var name = Path.GetFileName(file);
        var checksum = Checksum(file);
        if (applied.TryGetValue(name, out var before))
        {
            if (before != checksum)
            {
                throw new ConfigurationException(
                    $"sql/ops/{name}",
                    "was changed after it had run on this database; expected it as it was. "
                    + "Restore the file and put the change into a new one with the next number.");
            }
            return false;
        }
        await connection.ExecuteAsync(await File.ReadAllTextAsync(file, cancellationToken), null, cancellationToken);
        await connection.ExecuteAsync(
            "insert into ops.migration (name, checksum) values (@name, @checksum)",
            new { name, checksum },
            cancellationToken);
        return true;
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var exists = await connection.ExecuteScalarAsync<bool>(
            "select to_regclass('ops.migration') is not null", null, cancellationToken);
        if (!exists)
        {
            return [];
        }
        var rows = await connection.QueryAsync<(string Name, string Checksum)>(
            "select name, checksum from ops.migration", null, cancellationToken);
        return rows.ToDictionary(row => row.Name, row => row.Checksum, StringComparer.Ordinal);
    }

    // Line ends do not count: a clone on another system is the same migration.
    private static string Checksum(string file) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(File.ReadAllText(file).ReplaceLineEndings("\n"))));
}
