using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>The schemas that readers see models in: made when something is published for the first time.</summary>
internal static class MartSchemas
{
    /// <summary>Makes those that are missing.</summary>
    /// <exception cref="PublishConflictException">This role may not make schemas.</exception>
    public static async Task EnsureAsync(
        NpgsqlConnection connection, Marts marts, CancellationToken cancellationToken)
    {
        var missing = await connection.QueryAsync<string>(
            """
            select mart from unnest(@marts) as mart
            where not exists (select from pg_namespace where nspname = mart)
            """, new { marts = marts.InOrder.ToArray() }, cancellationToken);
        foreach (var mart in missing)
        {
            try
            {
                await connection.ExecuteAsync(
                    $"create schema if not exists {SqlText.Name(mart)}", null, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new PublishConflictException(
                    $"The mart {mart} has no schema yet, and role {connection.UserName} may not make one "
                    + $"({exception.MessageText}). Nothing was published. As an administrator run \"create schema "
                    + $"{mart} authorization {connection.UserName}\", and run again.");
            }
        }
    }
}
