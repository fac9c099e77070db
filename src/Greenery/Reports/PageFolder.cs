using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Azure;
using Greenery.Drops;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Reports;

/// <summary>
/// A project's folder of pages. Runs are numbered by their database: the pages of two databases in one folder would
/// take each other's place without a word. So the first one claims the folder, by a file whose name has its identity,
/// and others are refused.
/// </summary>
/// <param name="store">Where pages are kept.</param>
/// <param name="project">The folder.</param>
public sealed partial class PageFolder(IDropStore store, string project)
{
    /// <summary>Whether the storage or the folder is at fault, and not a defect.</summary>
    public static bool IsOfStore(Exception exception) => exception
        is InfrastructureException or ConfigurationException or IOException or UnauthorizedAccessException
        or RequestFailedException or DropChangedException;

    /// <summary>Claims the folder for the database of the connection, where none has it yet.</summary>
    /// <exception cref="ConfigurationException">Another database claimed it earlier.</exception>
    public async Task ClaimAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var database = await DatabaseAsync(connection, cancellationToken);
        if (await ClaimsAsync(cancellationToken) is not { } claims)
        {
            return;
        }
        if (claims.Count == 0)
        {
            await WriteAsync(connection, database, cancellationToken);
            // Another database may have done so at the same moment.
            claims = await ClaimsAsync(cancellationToken) ?? [];
        }
        if (claims is [var first, ..] && first.Database != database)
        {
            throw new ConfigurationException(
                "Greenery:Project",
                $"the pages in folder {project} of {store.Description} are another database's ({first.Path}), and "
                + "would be overwritten; expected a folder for each database. Set Greenery:Project (or "
                + "Greenery:Reports) to a name of its own for one of them; if this database has taken the other's "
                + $"place, delete {first.Path}.");
        }
    }

    /// <summary>Gives the folder back, before the database's ops tables are dropped.</summary>
    public async Task ReleaseAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(
            "select to_regclass('ops.migration') is not null", null, cancellationToken))
        {
            return;
        }
        var path = PathOf(await DatabaseAsync(connection, cancellationToken));
        try
        {
            await foreach (var file in store.ListAsync(cancellationToken))
            {
                if (file.Path == path)
                {
                    await store.DeleteAsync(file, cancellationToken);
                }
            }
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            // There are no pages, or the next run's says what is wrong.
        }
    }

    private string PathOf(string database) => $"{project}/database-{database}.txt";

    // The same after a restart and an upgrade. The name: a copy of a database is another one.
    private static async Task<string> DatabaseAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.ExecuteScalarAsync<string>(
            """
            select left(md5(format('%s %s', current_database(), extract(epoch from min(applied_at)))), 12)
            from ops.migration
            """, null, cancellationToken))!;

    // The oldest first. Null when they cannot be listed, or the folder is not there yet: what is wrong shows when the
    // page is written, and a storage that may be written only has to do.
    private async Task<List<(string Path, string Database)>?> ClaimsAsync(CancellationToken cancellationToken)
    {
        var claims = new List<DropFile>();
        try
        {
            await foreach (var file in store.ListAsync(cancellationToken))
            {
                if (file.Fault is null && Claim().Match(file.Path) is { Success: true } match
                    && match.Groups["project"].Value == project)
                {
                    claims.Add(file);
                }
            }
        }
        catch (ConfigurationException)
        {
            return [];
        }
        catch (Exception exception) when (IsOfStore(exception))
        {
            return null;
        }
        return
        [
            .. claims.OrderBy(file => file.ModifiedAt).ThenBy(file => file.Path, StringComparer.Ordinal)
                .Select(file => (file.Path, Claim().Match(file.Path).Groups["database"].Value)),
        ];
    }

    private async Task WriteAsync(
        NpgsqlConnection connection, string database, CancellationToken cancellationToken)
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"The pages in this folder are of the database {connection.Database} on {connection.Host}. Greenery "
            + $"refuses to write those of another one here: runs of both have the same numbers. Delete this file when "
            + $"another database takes its place.\n");
        await store.WriteAsync(
            PathOf(database), new MemoryStream(Encoding.UTF8.GetBytes(text)), cancellationToken);
    }

    [GeneratedRegex(@"^(?<project>[^/]+)/database-(?<database>[0-9a-f]{12})\.txt\z")]
    private static partial Regex Claim();
}
