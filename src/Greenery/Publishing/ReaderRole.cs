using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>The role <c>greenery_reader</c>: it may read the marts and nothing else. Grant it to people.</summary>
internal static class ReaderRole
{
    /// <summary>
    /// Makes the role where it is missing and the pipeline's own role may make roles, and lets it into the marts. Roles
    /// belong to the server, not to the database: another database's pipeline may make it at the same moment.
    /// </summary>
    public static Task EnsureAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => connection.RunAsync(
        $"""
        do $$
        begin
            create role {PublishedView.ReaderRole} nologin;
        exception when duplicate_object or unique_violation or insufficient_privilege then null;
        end
        $$;
        do $$
        begin
            if exists (select from pg_roles where rolname = '{PublishedView.ReaderRole}') then
                grant usage on schema {string.Join(", ", Marts.InOrder)} to {PublishedView.ReaderRole};
            end if;
        end
        $$;
        """,
        null,
        cancellationToken);

    /// <summary>Lets the role read a mart's view; nothing where the role could not be made.</summary>
    public static Task GrantAsync(NpgsqlConnection connection, Model model, CancellationToken cancellationToken) =>
        connection.RunAsync(
            $"""
            do $$
            begin
                if exists (select from pg_roles where rolname = '{PublishedView.ReaderRole}') then
                    grant select on {PublishedView.ViewName(model)} to {PublishedView.ReaderRole};
                end if;
            end
            $$
            """,
            null,
            cancellationToken);
}
