using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Runs;

/// <summary>
/// Which project a database belongs to, in <c>ops.project</c>: the first one with a name that ran on it. Commands and
/// runs of another one are refused before they change anything.
/// </summary>
public static class ProjectIdentity
{
    /// <summary>Refuses the database of another project; also where it has no ops tables yet.</summary>
    /// <exception cref="ConfigurationException">It is another project's.</exception>
    public static async Task VerifyAsync(
        PostgresWarehouse warehouse, Project project, CancellationToken cancellationToken) =>
        Verify(await FindAsync(warehouse, cancellationToken), project, warehouse);

    /// <summary>Writes the project's name down where the database has none yet. Needs the ops tables.</summary>
    /// <exception cref="ConfigurationException">It is another project's.</exception>
    internal static async Task ClaimAsync(
        PostgresWarehouse warehouse, Project project, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var owner = await connection.ExecuteScalarAsync<string?>(
            "select name from ops.project", null, cancellationToken);
        if (owner is null && project.Name is not null)
        {
            // Another project may be faster.
            owner = await connection.ExecuteScalarAsync<string?>(
                """
                insert into ops.project (name) values (@Name) on conflict do nothing;
                select name from ops.project
                """, new { project.Name }, cancellationToken);
        }
        Verify(owner, project, warehouse);
    }

    /// <summary>Makes the database the project's, because its name has changed, or on purpose.</summary>
    /// <param name="warehouse">The database, its ops tables up to date.</param>
    /// <param name="project">Has the new name.</param>
    /// <param name="from">The name that the database knows, so that it is none by mistake.</param>
    /// <param name="cancellationToken">Leaves things as they are.</param>
    /// <exception cref="ConfigurationException">The database has another name, or none, or the project has none.
    /// </exception>
    public static async Task RenameAsync(
        PostgresWarehouse warehouse, Project project, string from, CancellationToken cancellationToken)
    {
        await VerifyRenameAsync(warehouse, project, from, cancellationToken);
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        await connection.ExecuteAsync(
            "update ops.project set name = @Name, named_at = clock_timestamp() where name = @from",
            new { project.Name, from }, cancellationToken);
    }

    /// <summary>Refuses a change of the name before anything is changed.</summary>
    /// <exception cref="ConfigurationException">As for <see cref="RenameAsync"/>.</exception>
    public static async Task VerifyRenameAsync(
        PostgresWarehouse warehouse, Project project, string from, CancellationToken cancellationToken)
    {
        if (project.Name is null)
        {
            throw new ConfigurationException(
                $"sql/{ProjectFile.FileName}",
                "gives the project no name; expected 'name' with the one that the database is to have.");
        }
        var owner = await FindAsync(warehouse, cancellationToken);
        if (owner != from)
        {
            throw new ConfigurationException(
                "--rename-from",
                $"{warehouse.Description} "
                + $"{(owner is null ? "has no project's name yet" : $"is of project '{owner}'")}, not "
                + $"of '{from}'. Nothing was changed. "
                + (owner is null ? "Leave the option out: the next run writes the name down."
                    : $"If it is to be this project's: --rename-from {owner}."));
        }
    }

    private static async Task<string?> FindAsync(PostgresWarehouse warehouse, CancellationToken cancellationToken)
    {
        await using var connection = await warehouse.ConnectAsync(cancellationToken);
        var isThere = await connection.ExecuteScalarAsync<bool>(
            $"select {SqlText.Oid("'ops'", "'project'")} is not null", null, cancellationToken);
        return isThere
            ? await connection.ExecuteScalarAsync<string?>("select name from ops.project", null, cancellationToken)
            : null;
    }

    private static void Verify(string? owner, Project project, PostgresWarehouse warehouse)
    {
        if (owner is null || owner == project.Name)
        {
            return;
        }
        throw new ConfigurationException(
            "Greenery:Warehouse",
            $"{warehouse.Description} is of project '{owner}', but {project.SqlFolder} "
            + (project.Name is { } name ? $"is project '{name}'" : "has no name (project.yml)")
            + ". Nothing was changed. Use the database of this project"
            + (warehouse.IsLocal ? " (for local services, a folder of its own: setting Greenery:LocalData)" : "")
            + " or the folder of that one. If the project was "
            + "renamed, or takes the database over: greenery migrate --rename-from " + owner + ".");
    }
}
