using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// What people attached to a view and PostgreSQL drops with it: owner, grants on the view and on its columns, options,
/// comments and triggers.
/// </summary>
internal sealed class ViewExtras(NpgsqlConnection connection)
{
    private readonly Dictionary<string, List<(string? Column, string Statement)>> _statements =
        new(StringComparer.Ordinal);

    /// <summary>
    /// SQL on <c>pg_class</c>: the clause that keeps a view's options, since <c>create or replace view</c> resets those
    /// it does not name. Empty for none.
    /// </summary>
    public const string Options =
        "coalesce('with (' || array_to_string(nullif(reloptions, '{}'), ', ') || ')', '')";

    /// <summary>The clause of a view (<see cref="Options"/>).</summary>
    public static async Task<string> OptionsAsync(
        NpgsqlConnection connection, string view, CancellationToken cancellationToken) =>
        (await connection.ExecuteScalarAsync<string>(
            $"select coalesce((select {Options} from pg_class where oid = to_regclass(@view)), '')",
            new { view }, cancellationToken))!;

    /// <summary>Remembers what a view has that is to be dropped.</summary>
    public async Task SaveAsync(string view, CancellationToken cancellationToken) =>
        _statements[view] = await connection.QueryAsync<(string? Column, string Statement)>(
            """
            with this as (select * from pg_class where oid = to_regclass(@view)),
            col as (select * from pg_attribute where attrelid = to_regclass(@view) and attnum > 0)

            select col, statement from (
                select 1 as place, null::text as col, format('alter view %s set (%s)', @view, array_to_string(reloptions, ', '))
                from this where reloptions <> '{}'
                union all
                select 2, null, format('comment on view %s is %L', @view, obj_description(oid, 'pg_class'))
                from this where obj_description(oid, 'pg_class') is not null
                union all
                select 2, attname::text, format('comment on column %s.%I is %L', @view, attname, col_description(attrelid, attnum))
                from col where col_description(attrelid, attnum) is not null
                union all
                select 3, null, pg_get_triggerdef(pg_trigger.oid)
                from pg_trigger inner join this on tgrelid = this.oid where not tgisinternal
                union all
                select 4, null, format('grant %s on %s to %s%s', privilege_type, @view,
                    case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
                    case when is_grantable then ' with grant option' else '' end)
                from this, aclexplode(relacl) where grantee <> relowner
                union all
                select 4, attname::text, format('grant %s (%I) on %s to %s%s', privilege_type, attname, @view,
                    case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
                    case when is_grantable then ' with grant option' else '' end)
                from this, col, aclexplode(attacl) where grantee <> relowner
                union all
                select 5, null, format('alter view %s owner to %I', @view, pg_get_userbyid(relowner))
                from this where pg_get_userbyid(relowner) <> current_user
            ) as extra (place, col, statement)
            order by place
            """, new { view }, cancellationToken);

    /// <summary>Gives them back to a view made anew; those of columns that are gone are gone.</summary>
    public async Task RestoreAsync(string view, CancellationToken cancellationToken)
    {
        if (!_statements.Remove(view, out var statements))
        {
            return;
        }
        // Default privileges would undo a revoke.
        var defaults = await connection.QueryAsync<string>(
            """
            select format('revoke all on %s from %s', @view,
                case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
            from pg_class, aclexplode(relacl) where pg_class.oid = to_regclass(@view) and grantee <> relowner
            """, new { view }, cancellationToken);
        var columns = await connection.QueryAsync<string>(
            "select attname::text from pg_attribute where attrelid = to_regclass(@view) and attnum > 0", new { view },
            cancellationToken);
        var restored = statements.Where(extra => extra.Column is null || columns.Contains(extra.Column))
            .Select(extra => extra.Statement);
        foreach (var statement in defaults.Concat(restored))
        {
            await connection.ExecuteAsync(statement, null, cancellationToken);
        }
    }
}
