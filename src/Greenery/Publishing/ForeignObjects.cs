using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Objects of others under the name of a mart's view. Greenery replaces only views it has published (<c>ops.live</c>)
/// and may alter.
/// </summary>
internal static class ForeignObjects
{
    /// <exception cref="PublishConflictException">There is one where a view is to be shown.</exception>
    public static async Task RefuseAsync(
        NpgsqlConnection connection, IReadOnlyList<Model> models, CancellationToken cancellationToken)
    {
        var found = await connection.QueryAsync<string>(
            """
            select format('%s.%s is %s of role %s%s', mart, model,
                case relkind
                    when 'r' then 'a table' when 'p' then 'a partitioned table' when 'f' then 'a foreign table'
                    when 'm' then 'a materialized view' when 'v' then 'a view' when 'S' then 'a sequence'
                    when 'c' then 'a type' else 'an index'
                end, pg_get_userbyid(owner),
                case when is_own then ', which this role may not replace' else ', not made by Greenery' end)
            from unnest(@marts, @models) as wanted (mart, model)
            inner join (
                select relnamespace as namespace, relname as name, relowner as owner, relkind from pg_class
                union all
                -- Every relation but an index has a type of its name too; these are the other types.
                select typnamespace, typname, typowner, 'c' from pg_type where typrelid = 0 and typcategory <> 'A'
            ) as taken on namespace = to_regnamespace(mart) and name = model
            cross join lateral (
                select relkind = 'v' and exists (
                    select from ops.live where live.mart = wanted.mart and live.model = wanted.model) as is_own
            ) as judged
            where not is_own or not pg_has_role(owner, 'usage')
            order by 1
            """,
            new
            {
                marts = models.Select(model => model.Mart).ToArray(),
                models = models.Select(model => model.Name).ToArray(),
            }, cancellationToken);
        if (found.Count > 0)
        {
            throw new PublishConflictException(
                $"{string.Join("; ", found)}. Expected nothing there, or a view that Greenery published. Nothing was "
                + "published. Rename or drop it, or rename the model, and run again.");
        }
    }
}
