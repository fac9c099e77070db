using System.Globalization;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Publishing;

/// <summary>
/// Tells whether views keep their columns with other queries. Only PostgreSQL knows the types and collations of a
/// query's columns, so that it is asked by views that are rolled back.
/// </summary>
internal static class ViewColumns
{
    /// <summary>Compares the columns of views with those of queries: names, types and collations, in order.</summary>
    /// <param name="connection">Without a transaction.</param>
    /// <param name="path">SQL by which the queries find the views of models.</param>
    /// <param name="views">Qualified names; a view need not exist.</param>
    /// <param name="queries">One for each view.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>
    /// One for each view. False too where there is no such view, or where the query reads what is not there yet.
    /// </returns>
    public static async Task<List<bool>> AreKeptAsync(
        NpgsqlConnection connection, string path, IReadOnlyList<string> views, IReadOnlyList<string> queries,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteBatchAsync(
            [path, .. queries.Select((query, at) => TryCreate(Probe(at), query))], cancellationToken);
        return await connection.QueryAsync<bool>(
            """
            with col as (
                select attrelid, array_agg((attname, atttypid, atttypmod, attcollation)::text order by attnum) as cols
                from pg_attribute where attnum > 0
                    and attrelid in (select to_regclass(unnest(@views)) union select to_regclass(unnest(@probes)))
                group by attrelid
            )

            select coalesce(shown.cols = wanted.cols, false)
            from unnest(@views, @probes) with ordinality as pair (view, probe, place)
            left join col as shown on shown.attrelid = to_regclass(view)
            left join col as wanted on wanted.attrelid = to_regclass(probe)
            order by place
            """,
            new { views, probes = queries.Select((_, at) => Probe(at)).ToArray() }, cancellationToken);
    }

    private static string Probe(int at) =>
        string.Create(CultureInfo.InvariantCulture, $"warehouse.wanted_columns_{at}");

    // A query may read a model that this publication shows for the first time, or a column as it will be: with the old
    // ones it does not fit.
    private static string TryCreate(string probe, string query)
    {
        var block =
            $"""
            begin
                create view {probe} as {query}
                ;
            exception when syntax_error_or_access_rule_violation or data_exception or feature_not_supported then
            end
            """;
        return $"do {SqlText.Literal(block)}";
    }
}
