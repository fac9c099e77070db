using Greenery.Models;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Points the view of a mart to a version of its model. Replaced where PostgreSQL allows it (columns the same, or added
/// behind), so that views people built on it keep working; otherwise dropped, never with cascade, and made anew.
/// </summary>
internal sealed class PublishedView(NpgsqlConnection connection)
{
    /// <summary>The role that may read the marts and nothing else.</summary>
    public const string ReaderRole = "greenery_reader";

    /// <summary>Whether the view must be dropped, because columns went or changed their type.</summary>
    public async Task<bool> MustBeDroppedAsync(Model model, RunSchema schema, CancellationToken cancellationToken)
    {
        const string Columns =
            """
            select attname || ' ' || format_type(atttypid, atttypmod) from pg_attribute
            where attrelid = to_regclass(@relation) and attnum > 0 and not attisdropped order by attnum
            """;
        var old = await connection.ListAsync<string>(Columns, new { relation = ViewName(model) }, cancellationToken);
        var now = await connection.ListAsync<string>(Columns, new { relation = Sql.Name(schema.Name, model.Name) }, cancellationToken);
        return !now.Take(old.Count).SequenceEqual(old);
    }

    /// <summary>The privileges people were given on the view, as statements that give them again.</summary>
    public Task<List<string>> GrantsAsync(Model model, CancellationToken cancellationToken) => connection.ListAsync<string>(
        """
        select format('grant %s on %s to %s%s', privilege_type, @view,
            case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end,
            case when is_grantable then ' with grant option' else '' end)
        from pg_class, aclexplode(relacl) where pg_class.oid = to_regclass(@view) and grantee <> relowner
        """,
        new { view = ViewName(model) },
        cancellationToken);

    /// <summary>Drops the view, if it is there.</summary>
    /// <exception cref="PublishConflictException">Somebody's view needs it.</exception>
    public async Task DropAsync(string model, string view, CancellationToken cancellationToken)
    {
        try
        {
            await connection.RunAsync($"drop view if exists {view}", null, cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DependentObjectsStillExist)
        {
            throw new PublishConflictException(
                $"{model} has lost or retyped a column, or its file is gone, so its view must be dropped, but it is needed: "
                + $"{exception.Detail} Nothing was published. Change or drop what depends on it, or undo the change, and run again.");
        }
    }

    /// <summary>Makes or replaces the view and says what it is.</summary>
    public async Task ShowAsync(PlannedModel planned, CancellationToken cancellationToken)
    {
        var model = planned.Model;
        var select = planned.IsTable ? $"select * from {Sql.Name("warehouse", planned.TableName)}" : model.SqlSince(0);
        await connection.RunAsync($"create or replace view {ViewName(model)} as {select}", null, cancellationToken);
        var columns = await connection.ListAsync<string>(
            "select attname::text from pg_attribute where attrelid = to_regclass(@view) and attnum > 0",
            new { view = ViewName(model) }, cancellationToken);
        var comments = model.Columns.Where(column => columns.Contains(column.Name))
            .Select(column => $"comment on column {ViewName(model)}.{Sql.Name(column.Name)} is {Sql.Literal(column.Description)};\n");
        await connection.RunAsync(
            $"""
            comment on view {ViewName(model)} is {Sql.Literal(model.Description)};
            {string.Concat(comments)}
            """, null, cancellationToken);
    }

    public static string ViewName(Model model) => Sql.Name(model.Mart, model.Name);
}
