using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>Whose the schemas are that an environment is shown in.</summary>
internal static class EnvironmentSchemas
{
    /// <summary>Why an environment cannot be shown in schemas; null when it can.</summary>
    /// <remarks>
    /// The first schema that is another environment's or role's, or has something in it and is no environment's. An
    /// empty one may have been made for the environment, where this role may make none.
    /// </remarks>
    public static async Task<string?> RefusalAsync(
        NpgsqlConnection connection, IEnumerable<string> schemas, EnvironmentName name,
        CancellationToken cancellationToken)
    {
        var found = await connection.QueryFirstOrDefaultAsync<TakenSchema>(
            """
            select wanted as schema, pg_get_userbyid(nspowner)::text as role, other as environment, is_own
            from unnest(@schemas) as wanted
            left join pg_namespace on nspname = wanted
            cross join lateral (
                select min(name) filter (where name <> @name) as other, coalesce(bool_or(name = @name), false) as is_own
                from ops.environment where wanted = any(schemas)
            ) as listed
            where other is not null or not pg_has_role(nspowner, 'usage')
                or not is_own and exists (select from pg_class where relnamespace = pg_namespace.oid)
            order by 1
            limit 1
            """, new { name = $"{name}", schemas = schemas.ToArray() }, cancellationToken);
        return found switch
        {
            null => null,
            { Environment: { } other } => Describe(name, found.Schema, $"environment {other}'s"),
            { IsOwn: true } => $"schema {found.Schema} of environment {name} is role {found.Role}'s, whose member "
                + $"{connection.UserName} is not. Expected an environment of this role's.",
            _ => Describe(name, found.Schema, "there already and none of an environment"),
        };
    }

    /// <summary>For people.</summary>
    /// <param name="name">The environment.</param>
    /// <param name="schema">What it cannot have.</param>
    /// <param name="what">What the schema is.</param>
    public static string Describe(EnvironmentName name, string schema, string what) =>
        $"environment {name} would be shown in schema {schema}, which is {what}. Expected a name that gives schemas of "
        + "its own.";

    private sealed record TakenSchema(string Schema, string? Role, string? Environment, bool IsOwn);
}
