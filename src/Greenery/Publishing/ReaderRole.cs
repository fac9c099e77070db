using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>The role <c>greenery_reader</c>: it may read the marts and nothing else. Grant it to people.</summary>
internal static class ReaderRole
{
    private const string Name = "greenery_reader";

    /// <summary>
    /// Makes the role where it is missing and the pipeline's own role may make roles, and lets it into the marts. Roles
    /// belong to the server, not to the database: another database's pipeline may make it at the same moment.
    /// </summary>
    public static async Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            do $$
            begin
                create role {Name} nologin;
            exception when duplicate_object or unique_violation or insufficient_privilege then null;
            end
            $$
            """, null, cancellationToken);
        await IfThereAsync(connection, $"grant usage on schema {string.Join(", ", Marts.InOrder)} to {Name}",
            cancellationToken);
    }

    /// <summary>Lets the role read a view; nothing where the role could not be made.</summary>
    public static Task GrantAsync(NpgsqlConnection connection, string view, CancellationToken cancellationToken) =>
        IfThereAsync(connection, $"grant select on {view} to {Name}", cancellationToken);

    private static Task<int> IfThereAsync(
        NpgsqlConnection connection, string grant, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            do $$
            begin
                if exists (select from pg_roles where rolname = '{Name}') then
                    {grant};
                end if;
            end
            $$
            """, null, cancellationToken);
}
