using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>The schemas that people see models in: made when something is shown there for the first time.</summary>
internal static class MartSchemas
{
    /// <summary>Makes those that are missing.</summary>
    /// <exception cref="PublishConflictException">This role may not make schemas.</exception>
    public static async Task EnsureAsync(
        NpgsqlConnection connection, IReadOnlyList<string> schemas, CancellationToken cancellationToken)
    {
        var missing = await connection.QueryAsync<string>(
            """
            select wanted from unnest(@schemas) as wanted
            where not exists (select from pg_namespace where nspname = wanted)
            """, new { schemas = schemas.ToArray() }, cancellationToken);
        foreach (var schema in missing)
        {
            try
            {
                await connection.ExecuteAsync(
                    $"create schema if not exists {SqlText.Name(schema)}", null, cancellationToken);
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                throw new PublishConflictException(
                    $"There is no schema {schema} yet, and role {connection.UserName} may not make one "
                    + $"({exception.MessageText}). Nothing was published. As an administrator run \"create schema "
                    + $"{schema} authorization {connection.UserName}\", and run again.");
            }
        }
    }
}
